package dev.muster.policy.model;

import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All policy documents of a tenant at one published version. Immutable.
 *
 * @param version rises with every publish, 0 for a draft
 * @param roles sorted by name
 * @param bindings sorted by name; the first that gives a permission is the one named as reason
 * @param guardRails sorted by name; the first that denies is the one named as reason
 * @param capabilities sorted by name; asked after the bindings
 * @param zones sorted by name
 * @param shifts sorted by name
 * @param tests sorted by name; no decision depends on them
 */
public record PolicySnapshot(
        long version,
        List<Role> roles,
        List<Binding> bindings,
        List<GuardRail> guardRails,
        List<Capability> capabilities,
        List<Zone> zones,
        List<Shift> shifts,
        List<PolicyTest> tests) {
    public PolicySnapshot {
        if (version < 0) {
            throw new IllegalArgumentException("policy version of 0 or more expected, found " + version);
        }
        roles = Names.sortedByName(roles);
        bindings = Names.sortedByName(bindings);
        guardRails = Names.sortedByName(guardRails);
        capabilities = Names.sortedByName(capabilities);
        zones = Names.sortedByName(zones);
        shifts = Names.sortedByName(shifts);
        tests = Names.sortedByName(tests);
        Set<String> known = requireDistinct("role", roles);
        requireDistinct("binding", bindings);
        requireDistinct("guard rail", guardRails);
        requireDistinct("capability", capabilities);
        Set<String> knownZones = requireDistinct("zone", zones);
        Set<String> knownShifts = requireDistinct("shift", shifts);
        requireDistinct("policy test", tests);
        for (Binding binding : bindings) {
            for (String role : binding.roles()) {
                if (!known.contains(role)) {
                    throw new IllegalArgumentException(
                            "binding `" + binding.name() + "` gives role `" + role + "`, which is not defined");
                }
            }
        }
        facts(roles, bindings, guardRails, capabilities).forEach(fact -> {
            Set<String> defined =
                    switch (fact.kind()) {
                        case ZONE -> knownZones;
                        case SHIFT -> knownShifts;
                        case GROUP, STATE, NETWORK -> Set.of(fact.name());
                    };
            if (!defined.contains(fact.name())) {
                throw new IllegalArgumentException(
                        "a condition asks for " + fact.kind().text() + " `" + fact.name() + "`, which is not defined");
            }
        });
    }

    public static PolicySnapshot of(long version, Collection<? extends PolicyDocument> documents) {
        return new PolicySnapshot(
                version,
                only(documents, Role.class),
                only(documents, Binding.class),
                only(documents, GuardRail.class),
                only(documents, Capability.class),
                only(documents, Zone.class),
                only(documents, Shift.class),
                only(documents, PolicyTest.class));
    }

    /** A policy that grants nothing. */
    public static PolicySnapshot empty(long version) {
        return of(version, List.of());
    }

    /** The same documents under another version. */
    public PolicySnapshot withVersion(long other) {
        return new PolicySnapshot(other, roles, bindings, guardRails, capabilities, zones, shifts, tests);
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
                asksForLocalTime() ? attributes.timeZone() : "",
                expressions);
    }

    /** Every fact that a condition asks for. */
    public NavigableSet<Condition.Fact> facts() {
        return facts(roles, bindings, guardRails, capabilities);
    }

    /** Whether a decision can depend on the time zone of the device. */
    public boolean asksForLocalTime() {
        return parts(roles, bindings, guardRails, capabilities)
                .anyMatch(part -> part instanceof Condition.Minutes
                        || part instanceof Condition.Weekdays
                        || (part instanceof Condition.Fact fact && fact.kind() == FactKind.SHIFT));
    }

    private static NavigableSet<Condition.Fact> facts(
            List<Role> roles, List<Binding> bindings, List<GuardRail> guardRails, List<Capability> capabilities) {
        NavigableSet<Condition.Fact> facts = new TreeSet<>();
        parts(roles, bindings, guardRails, capabilities).forEach(part -> {
            if (part instanceof Condition.Fact fact) {
                facts.add(fact);
            }
        });
        return facts;
    }

    /** Every node of every condition. */
    private static Stream<Condition> parts(
            List<Role> roles, List<Binding> bindings, List<GuardRail> guardRails, List<Capability> capabilities) {
        return Stream.of(
                        roles.stream()
                                .flatMap(role -> role.conditional().stream())
                                .map(Role.Conditional::when),
                        bindings.stream().map(Binding::when),
                        guardRails.stream().map(GuardRail::when),
                        capabilities.stream().map(Capability::whole))
                .flatMap(conditions -> conditions)
                .flatMap(PolicySnapshot::parts);
    }

    private static Stream<Condition> parts(Condition condition) {
        return switch (condition) {
            case Condition.All all -> all.of().stream().flatMap(PolicySnapshot::parts);
            case Condition.Any any -> any.of().stream().flatMap(PolicySnapshot::parts);
            case Condition.Not not -> parts(not.of());
            case Condition.Always always -> Stream.of(always);
            case Condition.Fact fact -> Stream.of(fact);
            case Condition.Minutes minutes -> Stream.of(minutes);
            case Condition.Weekdays weekdays -> Stream.of(weekdays);
            case Condition.From from -> Stream.of(from);
            case Condition.Until until -> Stream.of(until);
        };
    }

    /**
     * A profile of what this policy can see: attributes and labels nobody asks about are left out, so that devices that
     * differ in nothing else share one bundle. Decisions by the result are those by the whole.
     */
    public DeviceProfile relevant(DeviceProfile profile) {
        NavigableSet<String> signers = new TreeSet<>();
        NavigableSet<String> labels = new TreeSet<>();
        Stream.of(
                        bindings.stream().map(Binding::apps),
                        guardRails.stream().map(GuardRail::apps),
                        capabilities.stream().map(Capability::apps))
                .flatMap(apps -> apps)
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
        return Stream.of(
                        bindings.stream().map(Binding::devices),
                        guardRails.stream().map(GuardRail::devices),
                        capabilities.stream().map(Capability::devices))
                .flatMap(devices -> devices);
    }

    private static <T extends PolicyDocument> List<T> only(
            Collection<? extends PolicyDocument> documents, Class<T> kind) {
        return documents.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static Set<String> requireDistinct(String kind, List<? extends PolicyDocument> documents) {
        Set<String> names = new TreeSet<>();
        for (PolicyDocument document : documents) {
            if (!names.add(document.name())) {
                throw new IllegalArgumentException(kind + " `" + document.name() + "` is defined twice");
            }
        }
        return names;
    }
}
