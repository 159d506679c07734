package dev.muster.telemetry.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.telemetry.schema.Retention;
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
        assertThat(Level.MINUTE.roundUp(Duration.ofSeconds(1))).isEqualTo(Duration.ofMinutes(1));
        assertThat(Level.MINUTE.roundUp(Duration.ofSeconds(61))).isEqualTo(Duration.ofMinutes(2));
        assertThat(Level.HOUR.roundUp(Duration.ofSeconds(61))).isEqualTo(Duration.ofHours(1));
        assertThat(Level.RAW.roundUp(Duration.ofMillis(61))).isEqualTo(Duration.ofMillis(61));
    }

    @Test
    void picksTheLevelByTheWidthOfAPoint() {
        assertThat(cut(Duration.ofHours(1), Duration.ZERO, 300))
                .isEqualTo(new Spans(Level.RAW, Duration.ofSeconds(12)));
        assertThat(cut(Duration.ofDays(1), Duration.ZERO, 1_000))
                .isEqualTo(new Spans(Level.MINUTE, Duration.ofMinutes(2)));
        assertThat(cut(Duration.ofDays(60), Duration.ZERO, 1_000))
                .isEqualTo(new Spans(Level.HOUR, Duration.ofHours(2)));
    }

    @Test
    void goesToTheNextCoarserLevelWhereTheFinerIsGone() {
        assertThat(cut(Duration.ofHours(1), Duration.ofDays(8), 300))
                .isEqualTo(new Spans(Level.MINUTE, Duration.ofMinutes(1)));
        assertThat(cut(Duration.ofHours(1), Duration.ofDays(91), 300))
                .isEqualTo(new Spans(Level.HOUR, Duration.ofHours(1)));
        assertThat(cut(Duration.ofHours(1), Duration.ofDays(3_000), 300).level())
                .isEqualTo(Level.HOUR);
    }

    @Test
    void refusesASpanThatIsNone() {
        assertThatThrownBy(() -> cut(Duration.ZERO, Duration.ZERO, 300)).hasMessageContaining("expected `from` before");
        assertThatThrownBy(() -> cut(Duration.ofHours(1), Duration.ZERO, 5_001)).hasMessageContaining("found 5001");
    }

    private static Spans cut(Duration length, Duration endedAgo, int points) {
        TelemetryQuery query = new TelemetryQuery(Retention.DEFAULT, () -> START);
        Instant to = START.minus(endedAgo);
        return query.cut(to.minus(length), to, points);
    }
}
