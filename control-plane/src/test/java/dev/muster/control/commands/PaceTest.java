package dev.muster.control.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    @Test
    void handsOutEvenlyOverEachMinute() {
        Pace pace = new Pace(OptionalInt.of(6));

        assertThat(pace.credit(NOW, NOW, 1)).isEqualTo(1);
        assertThat(pace.credit(NOW, NOW.plusSeconds(5), 0)).isEqualTo(0.5);
        assertThat(pace.credit(NOW, NOW.plusSeconds(10), 0)).isEqualTo(1);
    }

    @Test
    void makesUpForOneMinuteAtMost() {
        assertThat(new Pace(OptionalInt.of(6)).credit(NOW, NOW.plus(Duration.ofHours(3)), 0))
                .isEqualTo(6);
    }

    @Test
    void aClockThatGoesBackGivesNothing() {
        assertThat(new Pace(OptionalInt.of(6)).credit(NOW, NOW.minusSeconds(60), 0.5))
                .isEqualTo(0.5);
    }

    @Test
    void withoutAPaceAllAtOnce() {
        assertThat(new Pace(OptionalInt.empty()).credit(NOW, NOW, 0)).isGreaterThan(1_000_000);
    }
}
