package dev.muster.simulator.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void findsPercentilesToATenth() {
        for (int millis = 1; millis <= 1_000; millis++) {
            latencies.add(Duration.ofMillis(millis).toNanos());
        }

        assertThat(latencies.snapshot().percentile(50).toMillis()).isBetween(500L, 565L);
        assertThat(latencies.snapshot().percentile(99).toMillis()).isBetween(990L, 1_120L);
    }

    @Test
    void tellsWhatCameSinceAnEarlierMoment() {
        latencies.add(Duration.ofSeconds(100).toNanos());
        Latencies.Snapshot before = latencies.snapshot();
        latencies.add(Duration.ofMillis(10).toNanos());

        assertThat(latencies.snapshot().since(before).percentile(99).toMillis()).isBetween(10L, 11L);
        assertThat(before.since(before).percentile(99)).isZero();
    }
}
