package dev.muster.control.permissions;

import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Shift;
import dev.muster.policy.model.Zone;
import dev.muster.trust.metadata.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts urgent changes on top of a published version. Pure. INVARIANT (only tighter): what comes out grants nothing that
 * the version does not grant. A guard rail of the same name in the version stays beside the one enforced now, and a
 * revoked capability is taken out.
 */
final class Overlay {
    private static final int LONGEST_NAME = 63;

    private Overlay() {}

    /** An urgent change, read. */
    sealed interface Urgent {
        /**
         * A guard rail, with the zones and shifts its condition asks for.
         *
         * @param digest of its text
         * @param absorbedBy the version that contains it; null as long as none does
         */
        record Enforced(
                GuardRail rail,
                Map<String, Zone> zones,
                Map<String, Shift> shifts,
                String digest,
                @Nullable Long absorbedBy)
                implements Urgent {
            public Enforced {
                zones = Map.copyOf(zones);
                shifts = Map.copyOf(shifts);
            }
        }

        /** A capability that gives nothing any more. */
        record Revoked(String capability) implements Urgent {}
    }

    /**
     * A version with what lies on top of it.
     *
     * @param overlay digest of the changes that change this version; empty for none, and then it is the version itself
     */
    record InForce(PolicySnapshot snapshot, String overlay) {}

    /** The version with the changes on top. */
    static InForce on(PolicySnapshot version, List<? extends Urgent> changes) {
        PolicySnapshot snapshot = version;
        List<String> effective = new ArrayList<>();
        for (Urgent change : changes) {
            PolicySnapshot next =
                    switch (change) {
                        case Urgent.Enforced enforced -> enforce(snapshot, enforced);
                        case Urgent.Revoked revoked -> revoke(snapshot, revoked.capability());
                    };
            if (!next.equals(snapshot)) {
                effective.add(
                        switch (change) {
                            case Urgent.Enforced enforced -> "guard-rail " + enforced.digest();
                            case Urgent.Revoked revoked -> "revoked " + revoked.capability();
                        });
                snapshot = next;
            }
        }
        return new InForce(snapshot, effective.isEmpty() ? "" : sha256(String.join("\n", effective)));
    }

    /** SHA-256 of a text, lower-case hex. */
    static String sha256(String text) {
        return Hashes.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    private static PolicySnapshot revoke(PolicySnapshot snapshot, String name) {
        List<PolicyDocument> kept = documents(snapshot).stream()
                .filter(document -> !(document instanceof Capability capability
                        && capability.name().equals(name)))
                .toList();
        return PolicySnapshot.of(snapshot.version(), kept);
    }

    private static PolicySnapshot enforce(PolicySnapshot snapshot, Urgent.Enforced enforced) {
        if (enforced.absorbedBy() != null && snapshot.version() >= enforced.absorbedBy()) {
            return snapshot;
        }
        List<PolicyDocument> documents = new ArrayList<>(documents(snapshot));
        Map<Condition.Fact, Condition.Fact> renamed = new HashMap<>();
        addPlaces(enforced.zones(), FactKind.ZONE, names(snapshot.zones()), documents, renamed);
        addPlaces(enforced.shifts(), FactKind.SHIFT, names(snapshot.shifts()), documents, renamed);
        GuardRail rail = renamed.isEmpty() ? enforced.rail() : asking(enforced.rail(), renamed);
        if (documents.contains(rail)) {
            return snapshot;
        }
        Set<String> rails = names(snapshot.guardRails());
        if (rails.contains(rail.name())) {
            // Both count: a rail enforced now must not lift what the version's own forbids.
            documents.replaceAll(
                    document -> document instanceof GuardRail own && own.name().equals(rail.name())
                            ? named(own, free(own.name(), "-v" + snapshot.version(), rails))
                            : document);
        }
        documents.add(rail);
        return PolicySnapshot.of(snapshot.version(), documents);
    }

    /** Brings in what the version does not know, and gives another name to what it knows otherwise. */
    private static void addPlaces(
            Map<String, ? extends PolicyDocument> places,
            FactKind kind,
            Set<String> known,
            List<PolicyDocument> documents,
            Map<Condition.Fact, Condition.Fact> renamed) {
        places.forEach((name, place) -> {
            if (!known.contains(name)) {
                documents.add(place);
            } else if (!documents.contains(place)) {
                String other = free(name, "-now", known);
                documents.add(named(place, other));
                renamed.put(new Condition.Fact(kind, name), new Condition.Fact(kind, other));
            }
        });
    }

    private static PolicyDocument named(PolicyDocument place, String name) {
        return switch (place) {
            case Zone zone -> new Zone(name, zone.description(), zone.area(), zone.tags());
            case Shift shift -> new Shift(name, shift.description(), shift.windows(), shift.except(), shift.also());
            default -> throw new IllegalArgumentException("expected a zone or a shift, found a " + place.kind());
        };
    }

    private static GuardRail named(GuardRail rail, String name) {
        return new GuardRail(
                name,
                rail.description(),
                rail.deny(),
                rail.ceiling(),
                rail.denyAfterLease(),
                rail.apps(),
                rail.devices(),
                rail.users(),
                rail.when());
    }

    private static GuardRail asking(GuardRail rail, Map<Condition.Fact, Condition.Fact> renamed) {
        return new GuardRail(
                rail.name(),
                rail.description(),
                rail.deny(),
                rail.ceiling(),
                rail.denyAfterLease(),
                rail.apps(),
                rail.devices(),
                rail.users(),
                asking(rail.when(), renamed));
    }

    private static Condition asking(Condition condition, Map<Condition.Fact, Condition.Fact> renamed) {
        return switch (condition) {
            case Condition.Fact fact -> renamed.getOrDefault(fact, fact);
            case Condition.All all ->
                new Condition.All(
                        all.of().stream().map(part -> asking(part, renamed)).toList());
            case Condition.Any any ->
                new Condition.Any(
                        any.of().stream().map(part -> asking(part, renamed)).toList());
            case Condition.Not not -> new Condition.Not(asking(not.of(), renamed));
            case Condition.Always same -> same;
            case Condition.Minutes same -> same;
            case Condition.Weekdays same -> same;
            case Condition.From same -> same;
            case Condition.Until same -> same;
        };
    }

    /** A name that is free: the name with the ending, shortened where it would be too long. */
    private static String free(String name, String ending, Set<String> taken) {
        String tried = shortened(name, ending);
        for (int i = 2; taken.contains(tried); i++) {
            tried = shortened(name, ending + "-" + i);
        }
        return tried;
    }

    private static String shortened(String name, String ending) {
        return name.substring(0, Math.min(name.length(), LONGEST_NAME - ending.length())) + ending;
    }

    private static NavigableSet<String> names(List<? extends PolicyDocument> documents) {
        return documents.stream().map(PolicyDocument::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<PolicyDocument> documents(PolicySnapshot snapshot) {
        List<PolicyDocument> all = new ArrayList<>();
        all.addAll(snapshot.roles());
        all.addAll(snapshot.bindings());
        all.addAll(snapshot.guardRails());
        all.addAll(snapshot.capabilities());
        all.addAll(snapshot.zones());
        all.addAll(snapshot.shifts());
        all.addAll(snapshot.tests());
        return all;
    }
}
