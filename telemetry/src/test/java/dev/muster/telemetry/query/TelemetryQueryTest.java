package dev.muster.telemetry.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TelemetryQueryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void makesStepsThatCoverTheSpan() {
        assertThat(TelemetryQuery.step(START, START.plusSeconds(10), 3)).isEqualTo(Duration.ofMillis(3_334));
        assertThat(TelemetryQuery.step(START, START.plusMillis(1), 5_000)).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void makesPointsOfWholeWindows() {
        assertThat(TelemetryQuery.roundUp(Duration.ofSeconds(1))).isEqualTo(Duration.ofMinutes(1));
        assertThat(TelemetryQuery.roundUp(Duration.ofSeconds(61))).isEqualTo(Duration.ofMinutes(2));
    }
}
