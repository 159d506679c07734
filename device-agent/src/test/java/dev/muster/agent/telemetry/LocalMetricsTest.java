package dev.muster.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.local.LocalRefusal;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalMetricsTest {
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong nanos = new AtomicLong();
    private final LocalMetrics metrics = new LocalMetrics(nanos::get);

    @Test
    void aNameSaysWhoSentIt() {
        assertThat(metrics.samples("Pump-1", Map.of("oil.pressure", 3), 7))
                .containsExactly(new Sample("local.pump_1.oil.pressure", 7, 3.0));
        assertThat(metrics.samples("camera", Map.of("on", true), 7))
                .containsExactly(new Sample("local.camera.on", 7, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CPU", "a..b", ".a", "a.", "a b", "1a", "a/b"})
    void refusesANameThatIsNone(String name) {
        assertThatThrownBy(() -> metrics.samples("pump", Map.of(name, 1), 0))
                .isInstanceOf(LocalRefusal.class)
                .hasMessageContaining("expected a name");
    }

    @Test
    void refusesValuesThatAreNone() {
        assertThatThrownBy(() -> metrics.samples("pump", Map.of("a", List.of()), 0))
                .hasMessageContaining("expected a number, flag or text");
        assertThatThrownBy(() -> metrics.samples("pump", Map.of("a", Double.POSITIVE_INFINITY), 0))
                .hasMessageContaining("expected a number, flag or text");
        assertThatThrownBy(() -> metrics.samples("pump", Map.of("a", "x".repeat(257)), 0))
                .hasMessageContaining("at most 256");
        assertThatThrownBy(() -> metrics.samples("pump", Map.of(), 0)).hasMessageContaining("at least one");
    }

    @Test
    void aNameKeepsItsType() {
        metrics.samples("pump", Map.of("a", 1), 0);

        assertThatThrownBy(() -> metrics.samples("pump", Map.of("a", "one"), 0))
                .hasMessageContaining("expected a number as `a`, as before, found a text");
        assertThat(metrics.samples("camera", Map.of("a", "one"), 0)).hasSize(1);
    }

    @Test
    void whoSendsTooMuchIsRefusedAndNobodyElse() {
        for (int i = 0; i < LocalMetrics.BURST; i++) {
            metrics.samples("pump", Map.of("a", i), 0);
        }

        assertThatThrownBy(() -> metrics.samples("pump", Map.of("a", 1), 0)).hasMessageContaining("100 values at once");
        assertThat(metrics.samples("camera", Map.of("a", 1), 0)).hasSize(1);
        nanos.addAndGet(SECOND);
        for (int i = 0; i < LocalMetrics.PER_SECOND; i++) {
            metrics.samples("pump", Map.of("a", i), 0);
        }
        assertThatThrownBy(() -> metrics.samples("pump", Map.of("a", 1), 0)).isInstanceOf(LocalRefusal.class);
    }

    @Test
    void whatIsRefusedUsesNothingUp() {
        for (int i = 0; i < LocalMetrics.MAX_NAMES; i++) {
            metrics.samples("pump", Map.of("a" + i, 1), 0);
            nanos.addAndGet(SECOND);
        }

        assertThatThrownBy(() -> metrics.samples("pump", Map.of("more", 1), 0)).hasMessageContaining("at most 64");
        assertThat(metrics.samples("pump", Map.of("a1", 1), 0)).hasSize(1);
    }
}
