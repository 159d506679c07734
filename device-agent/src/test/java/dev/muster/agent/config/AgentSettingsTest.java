package dev.muster.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentSettingsTest {
    @TempDir
    Path directory;

    @Test
    void readsWhatIsForTheAgentAndLeavesTheRest() throws IOException {
        AgentSettings settings = settings("""
            {"ntp":"time.mine","agent":{"usageMinutes":5,"revokeWindow":{"from":"22:00","to":"04:30"}}}\
            """);

        assertThat(settings.usageInterval()).contains(Duration.ofMinutes(5));
        assertThat(settings.revokeWindow()).contains(new AgentSettings.Window(22 * 60, 4 * 60 + 30));
    }

    @Test
    void readsWhatASwitchNeedsOfPower() throws IOException {
        assertThat(settings("{\"agent\":{\"install\":{\"power\":\"mains\"}}}").installPower())
                .contains(new PowerRule(PowerRule.Need.MAINS, 30));
        assertThat(settings("{\"agent\":{\"install\":{\"batteryPercent\":55}}}").installPower())
                .contains(new PowerRule(PowerRule.Need.BATTERY, 55));
    }

    @Test
    void readsWhereTheLinesGo() throws IOException {
        assertThat(settings("{\"agent\":{\"log\":\"journald\"}}").log()).contains(LogTarget.JOURNALD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "no json",
                "{\"agent\":7}",
                "{\"agent\":{\"log\":7}}",
                "{\"agent\":{\"log\":\"syslog\"}}",
                "{\"agent\":{\"usageMinutes\":0}}",
                "{\"agent\":{\"usageMinutes\":\"5\"}}",
                "{\"agent\":{\"revokeWindow\":{\"from\":\"24:00\",\"to\":\"04:00\"}}}",
                "{\"agent\":{\"install\":{\"power\":\"sun\"}}}",
                "{\"agent\":{\"install\":{\"batteryPercent\":4294967340}}}"
            })
    void aValueThatCannotBeReadIsNotSet(String text) throws IOException {
        AgentSettings settings = settings(text);

        assertThat(settings.usageInterval()).isEmpty();
        assertThat(settings.revokeWindow()).isEmpty();
        assertThat(settings.installPower()).isEmpty();
        assertThat(settings.log()).isEmpty();
    }

    @Test
    void aWindowMayReachOverMidnight() {
        AgentSettings.Window night = new AgentSettings.Window(1320, 240);

        assertThat(night.isOpen(1320)).isTrue();
        assertThat(night.isOpen(0)).isTrue();
        assertThat(night.isOpen(239)).isTrue();
        assertThat(night.isOpen(240)).isFalse();
        assertThat(new AgentSettings.Window(60, 120).isOpen(120)).isFalse();
    }

    private AgentSettings settings(String text) throws IOException {
        Files.writeString(directory.resolve("settings.json"), text);
        return new AgentSettings(directory.resolve("settings.json"), () -> 1);
    }
}
