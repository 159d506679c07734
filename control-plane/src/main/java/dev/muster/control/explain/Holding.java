package dev.muster.control.explain;

import dev.muster.policy.condition.Shifts;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Shift;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether a condition holds at a moment, as far as the server can know: time it knows, where the device is and what state
 * it is in it knows as far as the device told. Kleene's three values. Pure.
 *
 * @param value empty: not known here
 * @param unknown what would have to be known, such as {@code zone `pit`}; empty where the value is known
 */
record Holding(Optional<Boolean> value, NavigableSet<String> unknown) {
    private static final Holding YES = new Holding(Optional.of(true), new TreeSet<>());
    private static final Holding NO = new Holding(Optional.of(false), new TreeSet<>());

    /**
     * The moment of a question.
     *
     * @param zone time zone of the device's site
     * @param told what the device said of it
     */
    record When(Instant at, ZoneId zone, Optional<TrueThen> told) {}

    /** The condition of a rule of {@code snapshot} at a moment. */
    static Holding of(Condition condition, PolicySnapshot snapshot, When when) {
        Instant at = when.at();
        ZonedDateTime local = at.atZone(when.zone());
        return switch (condition) {
            case Condition.Always always -> YES;
            case Condition.All all -> combine(all.of(), snapshot, when, false);
            case Condition.Any any -> combine(any.of(), snapshot, when, true);
            case Condition.Not not -> {
                Holding inner = of(not.of(), snapshot, when);
                yield new Holding(inner.value().map(holds -> !holds), inner.unknown());
            }
            case Condition.Fact fact -> fact(fact, snapshot, local, when.told());
            case Condition.Minutes minutes -> {
                int minute = local.getHour() * 60 + local.getMinute();
                yield minute >= minutes.from() && minute < minutes.to() ? YES : NO;
            }
            case Condition.Weekdays weekdays ->
                (weekdays.days() >>> (local.getDayOfWeek().getValue() - 1) & 1) != 0 ? YES : NO;
            case Condition.From from -> at.isBefore(from.at()) ? NO : YES;
            case Condition.Until until -> at.isBefore(until.at()) ? YES : NO;
        };
    }

    private static Holding fact(
            Condition.Fact fact, PolicySnapshot snapshot, ZonedDateTime local, Optional<TrueThen> told) {
        if (fact.kind() == FactKind.SHIFT) {
            Optional<Shift> shift = snapshot.shifts().stream()
                    .filter(known -> known.name().equals(fact.name()))
                    .findFirst();
            return shift.filter(known -> Shifts.isOn(known, local.toLocalDateTime()))
                            .isPresent()
                    ? YES
                    : NO;
        }
        if (told.isPresent()) {
            return told.get().holds(fact) ? YES : NO;
        }
        return new Holding(
                Optional.empty(), new TreeSet<>(java.util.Set.of(fact.kind().text() + " `" + fact.name() + "`")));
    }

    /** {@code decides} is the value of one part that settles the whole: true for any, false for all. */
    private static Holding combine(List<Condition> parts, PolicySnapshot snapshot, When when, boolean decides) {
        NavigableSet<String> unknown = new TreeSet<>();
        for (Condition part : parts) {
            Holding holding = of(part, snapshot, when);
            if (holding.value().filter(holds -> holds == decides).isPresent()) {
                return decides ? YES : NO;
            }
            unknown.addAll(holding.unknown());
        }
        if (!unknown.isEmpty()) {
            return new Holding(Optional.empty(), unknown);
        }
        return decides ? NO : YES;
    }
}
