package dev.muster.policy.language;

import dev.muster.policy.delegation.HolderKey;
import dev.muster.policy.language.Fields.Text;
import dev.muster.policy.language.YamlNode.Scalar;
import dev.muster.policy.language.message.Quote;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.UserSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads what gives and what limits: roles, bindings, guard rails and capabilities. */
final class GrantReader {
    static final Set<String> CONDITIONAL = Set.of("names", "when");

    private final Reading reading;
    private final Header header;

    GrantReader(Reading reading, Header header) {
        this.reading = reading;
        this.header = header;
    }

    Optional<PolicyDocument> role(Fields spec) {
        if (spec.required("permissions").isEmpty()) {
            return Optional.empty();
        }
        List<Text> plain = new ArrayList<>();
        List<Role.Conditional> conditional = new ArrayList<>();
        for (YamlNode item : spec.items("permissions").orElse(List.of())) {
            if (item instanceof Scalar scalar && !scalar.text().isBlank()) {
                plain.add(new Text(scalar.at(), scalar.text()));
            } else if (item instanceof YamlNode.Mapping) {
                conditional(spec, item, conditional.size()).ifPresent(conditional::add);
            } else {
                spec.error(
                        item.at(),
                        "field `permissions`: the name of a permission or a mapping with `names` and `when` expected,"
                                + " found " + item.describe());
            }
        }
        Collection<String> names = reading.permissions(spec, "permissions", plain);
        return Optional.of(new Role(header.name(), header.description(), new TreeSet<>(names), conditional));
    }

    private Optional<Role.Conditional> conditional(Fields spec, YamlNode item, int index) {
        String part = "conditional/" + index;
        return spec.inner("permissions", item, CONDITIONAL).flatMap(fields -> {
            Collection<String> names = reading.permissions(
                    fields, part, fields.requiredTexts("names").orElse(List.of()));
            fields.required("when");
            return reading.when(fields, part + "/when").map(when -> new Role.Conditional(new TreeSet<>(names), when));
        });
    }

    Optional<PolicyDocument> binding(Fields spec) {
        Optional<List<Text>> given = spec.requiredTexts("roles");
        given.ifPresent(texts -> {
            if (texts.isEmpty()) {
                spec.error(spec.at(), "field `roles`: at least one role expected, found none");
            }
            reading.references(spec, "roles", "role", texts, reading.known().roles());
        });
        Optional<AppSelector> apps = spec.required("apps").flatMap(node -> SelectorReader.apps(spec, node));
        Optional<DeviceSelector> devices = spec.required("devices").flatMap(node -> SelectorReader.devices(spec, node));
        mark(spec, "roles");
        mark(spec, "apps");
        Optional<UserSelector> users = SelectorReader.users(spec);
        Optional<Condition> when = reading.when(spec, "when");
        if (given.isEmpty()
                || given.get().isEmpty()
                || apps.isEmpty()
                || devices.isEmpty()
                || users.isEmpty()
                || when.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Binding(
                header.name(),
                header.description(),
                given.get().stream().map(Text::value).distinct().toList(),
                apps.get(),
                devices.get(),
                users.get(),
                when.get()));
    }

    Optional<PolicyDocument> guardRail(Fields spec) {
        Optional<Collection<String>> deny = permissions(spec, "deny");
        Optional<Collection<String>> ceiling = permissions(spec, "ceiling");
        Optional<Collection<String>> afterLease = permissions(spec, "denyAfterLease");
        if (spec.node("deny").isEmpty()
                && spec.node("ceiling").isEmpty()
                && spec.node("denyAfterLease").isEmpty()) {
            spec.error(spec.at(), "at least one of `deny`, `ceiling`, `denyAfterLease` expected, found none");
        }
        Optional<AppSelector> apps =
                spec.node("apps").map(node -> SelectorReader.apps(spec, node)).orElse(Optional.of(AppSelector.ALL));
        Optional<DeviceSelector> devices = spec.node("devices")
                .map(node -> SelectorReader.devices(spec, node))
                .orElse(Optional.of(DeviceSelector.EVERYWHERE));
        Optional<UserSelector> users = SelectorReader.users(spec);
        Optional<Condition> when = reading.when(spec, "when");
        if (apps.isEmpty() || devices.isEmpty() || users.isEmpty() || when.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(GuardRail.of(
                header.name(),
                header.description(),
                deny.orElse(List.of()),
                ceiling,
                afterLease.orElse(List.of()),
                apps.get(),
                devices.get(),
                users.get(),
                when.get()));
    }

    Optional<PolicyDocument> capability(Fields spec) {
        Optional<List<Text>> names = spec.requiredTexts("permissions");
        Collection<String> permissions = names.map(texts -> reading.permissions(spec, "permissions", texts))
                .orElse(List.of());
        if (names.isPresent() && names.get().isEmpty()) {
            spec.error(spec.at(), "field `permissions`: at least one permission expected, found none");
        }
        Optional<AppSelector> apps = spec.required("apps").flatMap(node -> SelectorReader.apps(spec, node));
        Optional<DeviceSelector> devices =
                spec.required("devices").flatMap(node -> SelectorReader.devicesOfCapability(spec, node));
        Optional<UserSelector> users = SelectorReader.users(spec);
        Optional<Condition> when = reading.when(spec, "when");
        Optional<Instant> notBefore = spec.value("notBefore", Scalars.INSTANT, Scalars::instant);
        Optional<Instant> notAfter = spec.requiredValue("notAfter", Scalars.INSTANT, Scalars::instant);
        mark(spec, "notAfter");
        Optional<String> holder = spec.value(
                "holder", "a sound Ed25519 public key, 32 bytes in base64url without padding,", GrantReader::holder);
        if (notBefore.isPresent() && notAfter.isPresent() && !notBefore.get().isBefore(notAfter.get())) {
            spec.error(
                    spec.node("notAfter").orElseThrow().at(),
                    "field `notAfter`: an instant after `notBefore` (" + notBefore.get() + ") expected, found "
                            + Quote.of(notAfter.get().toString()));
            return Optional.empty();
        }
        if (permissions.isEmpty()
                || apps.isEmpty()
                || devices.isEmpty()
                || users.isEmpty()
                || when.isEmpty()
                || notAfter.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Capability(
                header.name(),
                header.description(),
                new TreeSet<>(permissions),
                apps.get(),
                devices.get(),
                users.get(),
                when.get(),
                notBefore,
                notAfter.get(),
                holder));
    }

    private Optional<Collection<String>> permissions(Fields spec, String field) {
        return spec.texts(field).map(texts -> reading.permissions(spec, field, texts));
    }

    private void mark(Fields spec, String field) {
        spec.node(field).ifPresent(node -> reading.marks().put(field, node.at()));
    }

    // Under an unsound key anybody could hand the right on.
    private static Optional<String> holder(String text) {
        try {
            return Optional.of(new HolderKey(text).text());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
