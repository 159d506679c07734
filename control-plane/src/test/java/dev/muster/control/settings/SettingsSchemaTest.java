package dev.muster.control.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.http.ProblemException;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SettingsSchemaTest {
    private final SettingsSchemas schemas = new SettingsSchemas();

    @Test
    void samplingOfSingleMetricsIsASetting() {
        assertThatCode(() -> require("""
                        {"agent": {"sampleSeconds": 30, "replayPerSecond": 20, "processes": ["mosquitto"], "sampling": [
                          {"metric": "temperature.celsius", "everySeconds": 2, "deadband": 0.5, "maxSilenceSeconds": 300},
                          {"metric": "network.*", "everySeconds": 60},
                          {"metric": "disk.used", "deadbandPercent": 1},
                          {"metric": "*", "off": true}]}}""")).doesNotThrowAnyException();
    }

    @Test
    void mistakesInItAreSaidWithTheirPlace() {
        assertThatThrownBy(() -> require("""
                        {"agent": {"sampling": [{"metric": "a*b", "deadband": -0.5}, {"everySeconds": 0.5},
                          {"metric": "x", "deadband": "much"}], "replayPerSecond": 0}}""")).isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(
                        problem.extensions().get("errors"))
                .asString()
                .contains(
                        "agent.sampling[0].metric",
                        "agent.sampling[0].deadband",
                        "a number from 0 to 1000000000000",
                        "agent.sampling[1].everySeconds",
                        "agent.sampling[1].metric",
                        "agent.sampling[2].deadband",
                        "agent.replayPerSecond"));
    }

    private void require(String json) {
        schemas.require(JsonObject.parse(json.getBytes(StandardCharsets.UTF_8)).members());
    }
}
