package dev.muster.policy.condition;

import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.PolicyTest;
import dev.muster.policy.model.Shift;
import dev.muster.policy.model.Zone;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The facts that conditions of one bundle or one capability file ask for, in the order that numbers their bits, with the
 * zones and shifts among them. Immutable and thread-safe.
 */
public final class FactTable {
    /** Facts a device keeps apart in one bundle. */
    public static final int MAX = 64;

    /** No facts at all: for conditions on time only. */
    public static final FactTable EMPTY = new FactTable(new TreeSet<>(), Map.of(), Map.of());

    private final List<Fact> facts;
    private final Map<String, Zone> zones;
    private final Map<String, Shift> shifts;

    private FactTable(Collection<Fact> facts, Map<String, Zone> zones, Map<String, Shift> shifts) {
        this.facts = List.copyOf(facts);
        this.zones = Map.copyOf(zones);
        this.shifts = Map.copyOf(shifts);
    }

    /** A table for lowering only: without what zones and shifts are, those never hold. */
    public static FactTable of(Collection<Fact> facts) {
        return new FactTable(new TreeSet<>(facts), Map.of(), Map.of());
    }

    /** A table with the definitions of the zones and shifts it names; others, and descriptions, are left out. */
    public static FactTable of(Collection<Fact> facts, Collection<Zone> zones, Collection<Shift> shifts) {
        NavigableSet<Fact> sorted = new TreeSet<>(facts);
        Map<String, Zone> usedZones = new HashMap<>();
        zones.stream()
                .filter(zone -> sorted.contains(new Fact(FactKind.ZONE, zone.name())))
                .forEach(zone -> usedZones.put(zone.name(), new Zone(zone.name(), "", zone.area(), zone.tags())));
        Map<String, Shift> usedShifts = new HashMap<>();
        shifts.stream()
                .filter(shift -> sorted.contains(new Fact(FactKind.SHIFT, shift.name())))
                .forEach(shift -> usedShifts.put(
                        shift.name(), new Shift(shift.name(), "", shift.windows(), shift.except(), shift.also())));
        return new FactTable(sorted, usedZones, usedShifts);
    }

    /** The facts that some conditions of a policy ask for. */
    public static FactTable of(Collection<Condition> conditions, PolicySnapshot definitions) {
        NavigableSet<Fact> facts = new TreeSet<>();
        conditions.forEach(condition -> collect(condition, facts));
        return of(facts, definitions.zones(), definitions.shifts());
    }

    private static void collect(Condition condition, NavigableSet<Fact> facts) {
        switch (condition) {
            case Condition.All all -> all.of().forEach(part -> collect(part, facts));
            case Condition.Any any -> any.of().forEach(part -> collect(part, facts));
            case Condition.Not not -> collect(not.of(), facts);
            case Fact fact -> facts.add(fact);
            case Condition.Always ignored -> {}
            case Condition.Minutes ignored -> {}
            case Condition.Weekdays ignored -> {}
            case Condition.From ignored -> {}
            case Condition.Until ignored -> {}
        }
    }

    /** All facts; the position is the bit. */
    public List<Fact> facts() {
        return facts;
    }

    /** Number of facts; may exceed {@link #MAX}, and then lowering says so. */
    public int size() {
        return facts.size();
    }

    /** The bit of a fact, or -1 where the table does not have it. */
    int indexOf(Fact fact) {
        int at = Collections.binarySearch(facts, fact);
        return at >= 0 ? at : -1;
    }

    @Nullable Zone zone(String name) {
        return zones.get(name);
    }

    @Nullable Shift shift(String name) {
        return shifts.get(name);
    }

    /** The names of the facts of a mask. */
    List<Fact> named(long mask) {
        List<Fact> named = new ArrayList<>();
        for (int i = 0; i < Math.min(MAX, facts.size()); i++) {
            if ((mask >>> i & 1) != 0) {
                named.add(facts.get(i));
            }
        }
        return named;
    }

    /**
     * The moment in this table's numbering. Minute, weekday and shifts are those of the wall clock in {@code timeZone}, so
     * an hour that a change of daylight-saving time repeats counts twice and one that it skips does not come.
     */
    public DecisionContext context(Situation situation, ZoneId timeZone) {
        return context(situation.now().atZone(timeZone), (fact, local) -> switch (fact.kind()) {
            case ZONE -> {
                Zone zone = zones.get(fact.name());
                yield zone != null && Zones.contains(zone, situation.position(), situation.locationTags());
            }
            case SHIFT -> isOn(fact.name(), local);
            case GROUP -> situation.groups().contains(fact.name());
            case STATE -> situation.states().contains(fact.name());
            case NETWORK -> situation.network().filter(fact.name()::equals).isPresent();
        });
    }

    /** The same for an imagined moment that names zones instead of a position. */
    public DecisionContext context(PolicyTest.Moment moment, ZoneId timeZone) {
        return context(moment.at().atZone(timeZone), (fact, local) -> switch (fact.kind()) {
            case ZONE -> moment.zones().contains(fact.name());
            case SHIFT -> isOn(fact.name(), local);
            case GROUP -> moment.groups().contains(fact.name());
            case STATE -> moment.states().contains(fact.name());
            case NETWORK -> moment.network().equals(fact.name());
        });
    }

    private DecisionContext context(ZonedDateTime local, BiPredicate<Fact, ZonedDateTime> holds) {
        long bits = 0;
        for (int i = 0; i < Math.min(MAX, facts.size()); i++) {
            if (holds.test(facts.get(i), local)) {
                bits |= 1L << i;
            }
        }
        return new DecisionContext(
                local.toEpochSecond(),
                local.getHour() * 60 + local.getMinute(),
                1 << (local.getDayOfWeek().getValue() - 1),
                bits);
    }

    private boolean isOn(String name, ZonedDateTime local) {
        Shift shift = shifts.get(name);
        return shift != null && Shifts.isOn(shift, local.toLocalDateTime());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FactTable that
                && facts.equals(that.facts)
                && zones.equals(that.zones)
                && shifts.equals(that.shifts);
    }

    @Override
    public int hashCode() {
        return facts.hashCode();
    }

    @Override
    public String toString() {
        return facts.toString();
    }
}
