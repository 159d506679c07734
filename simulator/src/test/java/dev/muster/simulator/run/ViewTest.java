package dev.muster.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.simulator.figures.Latencies;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ViewTest {
    private static final long SECOND = 1_000_000_000L;

    private final View view = new View(20_000, "BoringSSL", 0);

    @Test
    void tellsRatesSinceTheMomentBefore() {
        Latencies latencies = new Latencies();
        Moment before = moment(0, 0, 0, latencies, Map.of());
        latencies.add(Duration.ofMillis(8).toNanos());
        Moment now = moment(10 * SECOND, 980, 3_200, latencies, Map.of("0x88", 12L));

        String line = view.line(before, now);

        assertThat(line)
                .startsWith("00:00:10 connected 900 of 20000 (steady 850, flapping 50)")
                .contains("98.0 connects/s, 320.0 messages/s")
                .contains("p50 8.")
                .contains("documents none 19,100, settled 900")
                .contains("refusals 0x88 12")
                .contains("CPU 50%, heap 64 MB");
        assertThat(view.screen(before, now)).hasSize(6).first().asString().contains("00:00:10  20,000 devices");
    }

    @Test
    void saysThatNothingWasRefused() {
        Moment moment = moment(3_723 * SECOND, 1, 1, new Latencies(), Map.of());

        assertThat(view.line(moment, moment)).startsWith("01:02:03 ").contains("refusals none");
        assertThat(view.summary(moment, moment)).contains("1 connects").contains("900 still connected");
    }

    private static Moment moment(
            long nanos, long connects, long acknowledged, Latencies latencies, Map<String, Long> refusals) {
        Map<String, Integer> connected = new java.util.LinkedHashMap<>();
        connected.put("steady", 850);
        connected.put("flapping", 50);
        connected.put("slow", 0);
        Map<String, Integer> documents = new java.util.LinkedHashMap<>();
        documents.put("none", 19_100);
        documents.put("settled", 900);
        return new Moment(
                nanos,
                connected,
                documents,
                refusals,
                connects,
                acknowledged,
                acknowledged,
                acknowledged,
                0,
                latencies.snapshot(),
                nanos / 2,
                64L << 20);
    }
}
