package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What the devices of the first wave tell of a metric, through gateway, Kafka and database, holds the second or lets it go.
 * Takes two minutes, and its halves are in `PacedRolloutsIT` and `TelemetryPathIT`: on demand, with {@code -Dmuster.long=true}.
 */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
@EnabledIfSystemProperty(named = "muster.long", matches = "true")
class MetricGateST {
    private static final Duration SOON = Duration.ofMinutes(2);

    // Each look is a program of its own.
    private static final Duration EVERY = Duration.ofSeconds(2);

    private static final List<String> TWO = List.of("sim-02", "sim-03");

    private final Product product;

    MetricGateST(SharedProduct.Running running) {
        this.product = running.product();
    }

    @BeforeEach
    void draftsASetting() {
        // One that makes them tell soon.
        TWO.forEach(device -> product.muster("settings", "set", "device", device, "agent.sampleSeconds=2")
                .mustSucceed());
    }

    @AfterEach
    void putsItBack() {
        TWO.forEach(device ->
                product.muster("settings", "set", "device", device, "agent=").mustSucceed());
        product.muster("settings", "rollout", "-q", "name=in=(sim-02,sim-03)", "--wait")
                .mustSucceed();
    }

    @Test
    void theSecondWaveStandsWhileTheFirstTellsABadValueAndGoesOnlyOnAGoodOne() {
        String held = inTwoWaves("max(disk.used) < 0.01");

        await().atMost(SOON).pollInterval(EVERY).untilAsserted(() -> assertThat(
                        String.valueOf(rollout(held).get("reason")))
                .contains("max(disk.used) < 0.01")
                .contains("0.4"));
        assertThat(total(held)).containsEntry("succeeded", 1).containsEntry("waiting", 1);
        product.muster("rollout", "abort", held).mustSucceed();

        String good = inTwoWaves("max(disk.used) < 0.9");

        await().atMost(SOON).untilAsserted(() -> assertThat(rollout(good)).containsEntry("state", "completed"));
        assertThat(total(good)).containsEntry("succeeded", 2);
    }

    private String inTwoWaves(String gate) {
        Map<String, Object> answer = product.json(
                "settings",
                "rollout",
                "-q",
                "name=in=(sim-02,sim-03)",
                "--wave",
                "canary=1",
                "--wave",
                "100%",
                "--metric",
                gate);
        return String.valueOf(answer.get("rollout"));
    }

    private Map<String, Object> rollout(String id) {
        return product.json("rollout", "show", id);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> total(String id) {
        return (Map<String, Object>) rollout(id).getOrDefault("total", Map.of());
    }
}
