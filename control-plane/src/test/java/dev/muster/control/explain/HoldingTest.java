package dev.muster.control.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.model.Condition;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Shift;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HoldingTest {
    // A Monday; 10:00 in Berlin.
    private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Condition PIT = new Condition.Fact(FactKind.ZONE, "pit");
    private static final Condition MORNING = new Condition.Minutes(9 * 60, 10 * 60);
    private static final PolicySnapshot EMPTY = PolicySnapshot.empty(1);

    private static Holding holding(Condition condition, ZoneId zone) {
        return Holding.of(condition, EMPTY, new Holding.When(NOW, zone, Optional.empty()));
    }

    @Test
    void timeIsKnownInTheZoneOfTheSite() {
        assertThat(holding(MORNING, ZoneOffset.UTC).value()).contains(true);
        assertThat(holding(MORNING, BERLIN).value()).contains(false);
        assertThat(holding(new Condition.Weekdays(1), BERLIN).value()).contains(true);
        assertThat(holding(new Condition.Until(NOW), BERLIN).value()).contains(false);
        assertThat(holding(new Condition.From(NOW), BERLIN).value()).contains(true);
    }

    @Test
    void aPlaceIsNotKnownHere() {
        Holding holding = holding(PIT, BERLIN);

        assertThat(holding.value()).isEmpty();
        assertThat(holding.unknown()).containsExactly("zone `pit`");
    }

    @Test
    void aPlaceIsKnownAsFarAsTheDeviceTold() {
        TrueThen told = new TrueThen(NOW, "a", "", new TreeSet<>(List.of("zone/pit")));
        Holding.When when = new Holding.When(NOW, BERLIN, Optional.of(told));

        assertThat(Holding.of(PIT, EMPTY, when).value()).contains(true);
        assertThat(Holding.of(new Condition.Fact(FactKind.STATE, "pit"), EMPTY, when)
                        .value())
                .contains(false);
    }

    @Test
    void whatIsKnownDecidesWhereItCan() {
        assertThat(holding(new Condition.All(List.of(PIT, MORNING)), BERLIN).value())
                .contains(false);
        assertThat(holding(new Condition.Any(List.of(PIT, MORNING)), ZoneOffset.UTC)
                        .value())
                .contains(true);
        assertThat(holding(new Condition.All(List.of(PIT, MORNING)), ZoneOffset.UTC)
                        .value())
                .isEmpty();
        assertThat(holding(new Condition.Not(PIT), BERLIN).value()).isEmpty();
        assertThat(holding(new Condition.Any(List.of()), BERLIN).value()).contains(false);
        assertThat(holding(new Condition.All(List.of()), BERLIN).value()).contains(true);
    }

    @Test
    void aShiftIsAskedByItsCalendar() {
        Shift early =
                new Shift("early", "", List.of(new Shift.Window(1, 6 * 60, 14 * 60)), new TreeSet<>(), new TreeSet<>());
        PolicySnapshot snapshot = PolicySnapshot.of(1, List.of(early));
        Condition on = new Condition.Fact(FactKind.SHIFT, "early");

        assertThat(Holding.of(on, snapshot, new Holding.When(NOW, BERLIN, Optional.empty()))
                        .value())
                .contains(true);
        assertThat(Holding.of(on, snapshot, new Holding.When(NOW.plusSeconds(86_400), BERLIN, Optional.empty()))
                        .value())
                .contains(false);
    }
}
