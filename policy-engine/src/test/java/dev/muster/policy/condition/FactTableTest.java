package dev.muster.policy.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.Shift;
import dev.muster.policy.model.Zone;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FactTableTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final int MONDAY_TO_FRIDAY = 0b0011111;
    private static final int EVERY_DAY = 0x7F;

    @Test
    void tellsMinuteAndWeekdayInTheTimeZoneOfTheSite() {
        Instant sundayEveningInLondon = Instant.parse("2026-03-01T23:30:00Z");

        DecisionContext context = FactTable.EMPTY.context(Situation.at(sundayEveningInLondon), BERLIN);

        assertThat(context).isEqualTo(new DecisionContext(sundayEveningInLondon.getEpochSecond(), 30, 1, 0));
    }

    @Test
    void numbersFactsInOrderAndKnowsWhatThePlatformTells() {
        Fact group = new Fact(FactKind.GROUP, "blasters");
        Fact state = new Fact(FactKind.STATE, "charging");
        Fact network = new Fact(FactKind.NETWORK, "wifi");
        FactTable table = FactTable.of(List.of(network, state, group));
        Situation situation = new Situation(
                Instant.EPOCH,
                Optional.empty(),
                new TreeSet<>(),
                new TreeSet<>(Set.of("blasters", "other")),
                new TreeSet<>(),
                Optional.of("wifi"));

        assertThat(table.facts()).containsExactly(group, state, network);
        assertThat(table.context(situation, ZoneId.of("UTC")).facts()).isEqualTo(0b101);
        assertThat(table.context(Situation.at(Instant.EPOCH), ZoneId.of("UTC")).facts())
                .isZero();
    }

    @Test
    void findsADeviceInACircleByDistanceOnTheGround() {
        Zone.Point shaft = new Zone.Point(67.8558, 20.2253);
        Zone zone = new Zone("shaft", "", Optional.of(new Zone.Area.Circle(shaft, 500)), new TreeSet<>());

        // One degree of latitude is 111.2 km, so 0.0044 degrees are 489 m; a degree of longitude is 0.377 of that here.
        assertThat(inside(zone, new Zone.Point(67.8602, 20.2253))).isTrue();
        assertThat(inside(zone, new Zone.Point(67.8604, 20.2253))).isFalse();
        assertThat(inside(zone, new Zone.Point(67.8558, 20.2369))).isTrue();
        assertThat(inside(zone, new Zone.Point(67.8558, 20.2375))).isFalse();
        assertThat(Zones.contains(zone, Optional.empty(), Set.of("shaft"))).isFalse();
        assertThat(Zones.metres(new Zone.Point(0, 179.9), new Zone.Point(0, -179.9)))
                .isBetween(22_000.0, 22_500.0);
    }

    @Test
    void findsADeviceInAPolygonAlsoWhereItIsNotConvex() {
        Zone zone = new Zone(
                "pit",
                "",
                Optional.of(new Zone.Area.Polygon(List.of(
                        new Zone.Point(0, 0),
                        new Zone.Point(0, 10),
                        new Zone.Point(10, 10),
                        new Zone.Point(10, 6),
                        new Zone.Point(3, 5),
                        new Zone.Point(10, 4),
                        new Zone.Point(10, 0)))),
                new TreeSet<>(Set.of("gate-7")));

        assertThat(inside(zone, new Zone.Point(2, 5))).isTrue();
        assertThat(inside(zone, new Zone.Point(8, 2))).isTrue();
        assertThat(inside(zone, new Zone.Point(8, 8))).isTrue();
        assertThat(inside(zone, new Zone.Point(8, 5))).isFalse();
        assertThat(inside(zone, new Zone.Point(-1, 5))).isFalse();
        assertThat(inside(zone, new Zone.Point(5, 11))).isFalse();
        assertThat(Zones.contains(zone, Optional.empty(), Set.of("gate-7"))).isTrue();
        assertThat(Zones.contains(zone, Optional.empty(), Set.of("gate-8"))).isFalse();
    }

    @Test
    void keepsAShiftThatPassesMidnightOnTheDayItStarts() {
        Shift nights = shift(new Shift.Window(MONDAY_TO_FRIDAY, 22 * 60, 6 * 60), Set.of(), Set.of());

        assertThat(on(nights, "2026-03-06T23:00:00+01:00")).as("Friday evening").isTrue();
        assertThat(on(nights, "2026-03-07T05:59:00+01:00"))
                .as("Saturday morning")
                .isTrue();
        assertThat(on(nights, "2026-03-07T06:00:00+01:00"))
                .as("Saturday at its end")
                .isFalse();
        assertThat(on(nights, "2026-03-07T23:00:00+01:00"))
                .as("Saturday evening")
                .isFalse();
        assertThat(on(nights, "2026-03-09T03:00:00+01:00"))
                .as("Monday before the first")
                .isFalse();
    }

    @Test
    void leavesOutDaysOfTheCalendarAndTakesInOthers() {
        LocalDate holiday = LocalDate.parse("2026-05-01");
        LocalDate saturday = LocalDate.parse("2026-05-02");
        Shift days = shift(new Shift.Window(MONDAY_TO_FRIDAY, 8 * 60, 16 * 60), Set.of(holiday), Set.of(saturday));
        Shift both = shift(new Shift.Window(MONDAY_TO_FRIDAY, 22 * 60, 6 * 60), Set.of(holiday), Set.of(holiday));
        Shift nights = shift(new Shift.Window(MONDAY_TO_FRIDAY, 22 * 60, 6 * 60), Set.of(holiday), Set.of());

        assertThat(on(days, "2026-04-30T12:00:00+02:00")).isTrue();
        assertThat(on(days, "2026-05-01T12:00:00+02:00")).isFalse();
        assertThat(on(days, "2026-05-02T12:00:00+02:00")).isTrue();
        assertThat(on(both, "2026-05-01T23:00:00+02:00")).isTrue();
        assertThat(on(nights, "2026-05-01T05:00:00+02:00"))
                .as("started the day before")
                .isTrue();
        assertThat(on(nights, "2026-05-02T05:00:00+02:00"))
                .as("would have started on the holiday")
                .isFalse();
    }

    @Test
    void followsTheWallClockWhenDaylightSavingTimeChanges() {
        Shift early = shift(new Shift.Window(EVERY_DAY, 2 * 60, 3 * 60), Set.of(), Set.of());
        Shift nights = shift(new Shift.Window(EVERY_DAY, 22 * 60, 6 * 60), Set.of(), Set.of());

        // 29 March 2026: 02:00 to 03:00 does not come in Berlin.
        assertThat(on(early, "2026-03-29T00:59:00Z")).isFalse();
        assertThat(on(early, "2026-03-29T01:00:00Z")).isFalse();
        assertThat(on(nights, "2026-03-29T03:59:00Z")).isTrue();
        assertThat(on(nights, "2026-03-29T04:00:00Z")).isFalse();
        // 25 October 2026: it comes twice.
        assertThat(on(early, "2026-10-25T00:30:00Z")).isTrue();
        assertThat(on(early, "2026-10-25T01:30:00Z")).isTrue();
        assertThat(on(early, "2026-10-25T02:00:00Z")).isFalse();
        assertThat(on(nights, "2026-10-25T04:59:00Z")).isTrue();
    }

    @Test
    void countsAWholeDayFromMinuteToTheSameMinute() {
        Shift monday = shift(new Shift.Window(1, 0, 0), Set.of(), Set.of());
        Shift fromSix = shift(new Shift.Window(1, 360, 360), Set.of(), Set.of());

        assertThat(on(monday, "2026-03-02T00:00:00+01:00")).isTrue();
        assertThat(on(monday, "2026-03-02T23:59:00+01:00")).isTrue();
        assertThat(on(monday, "2026-03-03T00:00:00+01:00")).isFalse();
        assertThat(on(fromSix, "2026-03-03T05:59:00+01:00")).isTrue();
        assertThat(on(fromSix, "2026-03-03T06:00:00+01:00")).isFalse();
    }

    private static boolean inside(Zone zone, Zone.Point point) {
        return Zones.contains(zone, Optional.of(point), Set.of());
    }

    private static Shift shift(Shift.Window window, Set<LocalDate> except, Set<LocalDate> also) {
        return new Shift("nights", "", List.of(window), new TreeSet<>(except), new TreeSet<>(also));
    }

    private static boolean on(Shift shift, String at) {
        Fact fact = new Fact(FactKind.SHIFT, shift.name());
        FactTable table = FactTable.of(List.of(fact), List.of(), List.of(shift));
        Instant now = java.time.OffsetDateTime.parse(at).toInstant();
        return table.context(Situation.at(now), BERLIN).facts() == 1;
    }
}
