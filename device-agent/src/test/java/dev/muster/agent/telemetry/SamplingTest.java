package dev.muster.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SamplingTest {
    private static final Duration TEN = Duration.ofSeconds(10);

    private Optional<JsonObject> agent = Optional.empty();
    private long nanos = 1;
    private final Sampling sampling = new Sampling(() -> agent, () -> TEN, () -> nanos);

    @Test
    void tellsEverythingAtTheUsualPeriodWithoutRules() {
        assertThat(sampling.interval()).isEqualTo(TEN);
        assertThat(told("cpu.load", 10, 0.5, 0.5, 0.5)).containsExactly(0.5, 0.5, 0.5);
    }

    @Test
    void aMetricHasAPeriodOfItsOwnAndTheOthersKeepTheirs() {
        rules("{'metric': 'cpu.load', 'everySeconds': 2}, {'metric': 'disk.*', 'everySeconds': 60}");

        assertThat(sampling.interval()).isEqualTo(Duration.ofSeconds(2));
        int cpu = 0;
        int disk = 0;
        int memory = 0;
        for (int second = 0; second < 120; second += 2) {
            List<String> due =
                    sampling.due(List.of(one("cpu.load", 1), one("disk.used", 1), one("memory.used", 1))).stream()
                            .map(Sample::name)
                            .toList();
            cpu += due.contains("cpu.load") ? 1 : 0;
            disk += due.contains("disk.used") ? 1 : 0;
            memory += due.contains("memory.used") ? 1 : 0;
            nanos += Duration.ofSeconds(2).toNanos();
        }
        assertThat(List.of(cpu, disk, memory)).containsExactly(60, 2, 12);
    }

    @Test
    void aValueWithinTheDeadBandOfTheOneToldIsNotTold() {
        rules("{'metric': 'temp', 'deadband': 0.5}");

        // Slow creep is told too: what counts is the distance from what the server knows.
        assertThat(told("temp", 10, 20.0, 20.4, 20.5, 20.6, 20.2, 20.0)).containsExactly(20.0, 20.6, 20.0);
    }

    @Test
    void aDeadBandInPercentIsMeasuredByTheValueTold() {
        rules("{'metric': 'flow', 'deadbandPercent': 10}");

        assertThat(told("flow", 10, 100.0, 109.0, 111.0, 120.0, 123.0, 0.0, 0.001))
                .containsExactly(100.0, 111.0, 123.0, 0.0, 0.001);
    }

    @Test
    void bothBandsMustBeLeft() {
        rules("{'metric': 'flow', 'deadbandPercent': 10, 'deadband': 5}");

        assertThat(told("flow", 10, 10.0, 12.0, 14.0, 16.0)).containsExactly(10.0, 16.0);
    }

    @Test
    void silenceInsideTheDeadBandHasAnEnd() {
        rules("{'metric': 'temp', 'deadband': 5, 'maxSilenceSeconds': 30}");

        assertThat(told("temp", 10, 20.0, 20.1, 20.2, 20.3, 20.4, 20.5, 20.6)).containsExactly(20.0, 20.3, 20.6);
    }

    @Test
    void textIsToldWhenItChanged() {
        rules("{'metric': 'mode', 'deadband': 1}");

        assertThat(told("mode", 10, "auto", "auto", "manual", "manual")).containsExactly("auto", "manual");
    }

    @Test
    void theFirstRuleThatFitsCounts() {
        rules("{'metric': 'net.eth0', 'deadband': 0}, {'metric': 'net.*', 'off': true}");

        assertThat(told("net.eth0", 10, 1, 1, 2)).containsExactly(1, 2);
        assertThat(told("net.wlan0", 10, 1, 2)).isEmpty();
        assertThat(told("net", 10, 1, 2)).containsExactly(1, 2);
    }

    @Test
    void whatServicesSendIsHeldBackByARuleOnly() {
        assertThat(given(one("local.cam.fps", 1), one("local.cam.fps", 1))).hasSize(2);

        rules("{'metric': 'local.cam.*', 'everySeconds': 5}");
        assertThat(given(one("local.cam.fps", 1), one("local.cam.fps", 2), one("local.pump.rpm", 3)))
                .extracting(Sample::value)
                .containsExactly(1L, 3L);
        nanos += Duration.ofSeconds(5).toNanos();
        assertThat(given(one("local.cam.fps", 4))).hasSize(1);
    }

    @Test
    void rulesThatCannotBeReadHoldNothingBack() {
        rules("{'metric': 'cpu.load', 'deadband': 'much'}");

        assertThat(told("cpu.load", 10, 1, 1)).containsExactly(1, 1);
    }

    @Test
    void newSettingsCountAtOnce() {
        rules("{'metric': 'cpu.load', 'off': true}");
        assertThat(told("cpu.load", 10, 1)).isEmpty();

        rules("{'metric': 'cpu.load', 'everySeconds': 1}");
        assertThat(told("cpu.load", 1, 1, 2)).containsExactly(1, 2);
    }

    private void rules(String list) {
        agent = Optional.of(JsonObject.parse(
                ("{'sampling': [" + list + "]}").replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    private List<Object> told(String metric, int everySeconds, Object... values) {
        List<Object> told = new ArrayList<>();
        for (Object value : values) {
            sampling.due(List.of(one(metric, value)))
                    .forEach(sample -> told.add(
                            sample.value() instanceof Long whole ? (Object) whole.intValue() : sample.value()));
            nanos += Duration.ofSeconds(everySeconds).toNanos();
        }
        return told;
    }

    private List<Sample> given(Sample... samples) {
        return sampling.given(List.of(samples));
    }

    private static Sample one(String name, Object value) {
        return new Sample(name, 0, value instanceof Integer whole ? (Object) (long) whole : value);
    }
}
