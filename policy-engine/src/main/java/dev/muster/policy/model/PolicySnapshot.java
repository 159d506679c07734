package dev.muster.policy.model;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All policy documents of a tenant at one published version. Immutable.
 *
 * @param version rises with every publish, 0 for a draft
 * @param roles sorted by name
 * @param bindings sorted by name; the first that gives a permission is the one named as reason
 * @param guardRails sorted by name; the first that denies is the one named as reason
 */
public record PolicySnapshot(long version, List<Role> roles, List<Binding> bindings, List<GuardRail> guardRails) {
    public PolicySnapshot {
        if (version < 0) {
            throw new IllegalArgumentException("policy version of 0 or more expected, found " + version);
        }
        roles = Names.sortedByName(roles);
        bindings = Names.sortedByName(bindings);
        guardRails = Names.sortedByName(guardRails);
        Map<String, Role> known = new TreeMap<>();
        for (Role role : roles) {
            if (known.put(role.name(), role) != null) {
                throw new IllegalArgumentException("role `" + role.name() + "` is defined twice");
            }
        }
        requireDistinct("binding", bindings);
        requireDistinct("guard rail", guardRails);
        for (Binding binding : bindings) {
            for (String role : binding.roles()) {
                if (!known.containsKey(role)) {
                    throw new IllegalArgumentException(
                            "binding `" + binding.name() + "` gives role `" + role + "`, which is not defined");
                }
            }
        }
    }

    public static PolicySnapshot of(long version, Collection<? extends PolicyDocument> documents) {
        return new PolicySnapshot(
                version, only(documents, Role.class), only(documents, Binding.class), only(documents, GuardRail.class));
    }

    /** A policy that grants nothing. */
    public static PolicySnapshot empty(long version) {
        return new PolicySnapshot(version, List.of(), List.of(), List.of());
    }

    public Optional<Role> role(String name) {
        return roles.stream().filter(role -> role.name().equals(name)).findFirst();
    }

    /** Every device query that a document uses: what the maker of profiles has to evaluate per device. */
    public NavigableSet<String> expressions() {
        NavigableSet<String> texts = new TreeSet<>();
        selectors().forEach(selector -> {
            if (selector instanceof DeviceSelector.Expression expression) {
                texts.add(expression.text());
            }
        });
        return texts;
    }

    /**
     * The attributes without what no document asks about, so that devices that differ in nothing a policy sees have
     * equal profiles.
     */
    public DeviceAttributes relevant(DeviceAttributes attributes) {
        NavigableSet<String> sites = new TreeSet<>();
        NavigableSet<String> tags = new TreeSet<>();
        NavigableSet<String> hardware = new TreeSet<>();
        NavigableSet<String> groups = new TreeSet<>();
        selectors().forEach(selector -> {
            if (selector instanceof DeviceSelector.Attributes asked) {
                sites.addAll(asked.sites());
                tags.addAll(asked.tags());
                hardware.addAll(asked.hardware());
                groups.addAll(asked.groups());
            }
        });
        tags.retainAll(attributes.tags());
        groups.retainAll(attributes.groups());
        NavigableSet<String> expressions = expressions();
        expressions.retainAll(attributes.expressions());
        return new DeviceAttributes(
                sites.contains(attributes.site()) ? attributes.site() : "",
                tags,
                hardware.contains(attributes.hardware()) ? attributes.hardware() : "",
                groups,
                expressions);
    }

    /**
     * A profile of what this policy can see: attributes and labels nobody asks about are left out, so that devices that
     * differ in nothing else share one bundle. Decisions by the result are those by the whole.
     */
    public DeviceProfile relevant(DeviceProfile profile) {
        NavigableSet<String> signers = new TreeSet<>();
        NavigableSet<String> labels = new TreeSet<>();
        Stream.concat(bindings.stream().map(Binding::apps), guardRails.stream().map(GuardRail::apps))
                .forEach(apps -> {
                    signers.addAll(apps.signers());
                    labels.addAll(apps.labels());
                });
        return new DeviceProfile(
                relevant(profile.attributes()),
                profile.apps().stream()
                        .map(app -> relevant(app, signers, labels))
                        .toList());
    }

    private static AppInstance relevant(AppInstance app, Set<String> signers, Set<String> labels) {
        NavigableSet<String> acls = new TreeSet<>(app.acls());
        acls.retainAll(app.requested());
        NavigableSet<String> asked = new TreeSet<>(app.labels());
        asked.retainAll(labels);
        return new AppInstance(
                app.key(), app.apl(), app.requested(), acls, signers.contains(app.signer()) ? app.signer() : "", asked);
    }

    private Stream<DeviceSelector> selectors() {
        return Stream.concat(
                bindings.stream().map(Binding::devices), guardRails.stream().map(GuardRail::devices));
    }

    private static <T extends PolicyDocument> List<T> only(
            Collection<? extends PolicyDocument> documents, Class<T> kind) {
        return documents.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static void requireDistinct(String kind, List<? extends PolicyDocument> sorted) {
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).name().equals(sorted.get(i - 1).name())) {
                throw new IllegalArgumentException(kind + " `" + sorted.get(i).name() + "` is defined twice");
            }
        }
    }
}
