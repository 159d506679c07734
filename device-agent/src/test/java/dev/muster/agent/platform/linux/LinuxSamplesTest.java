package dev.muster.agent.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxSamplesTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    Path root;

    @Test
    void aRaspberryPiTellsAllThereIs() throws IOException {
        Map<String, Object> values = values(Tree.raspberryPi(root));

        assertThat(values)
                .containsEntry("memory.used", 0.25)
                .containsEntry("temperature.celsius", 48.3)
                .containsEntry("uptime.seconds", 12345L)
                .containsEntry("processes", 3L)
                .containsEntry("network.received.bytes", 1_000_500L)
                .containsEntry("network.sent.bytes", 300_700L)
                .containsKey("disk.used")
                // Nothing to compare with yet.
                .doesNotContainKey("cpu.load");
    }

    @Test
    void theWarmestSensorCountsAndOneThatIsOffDoesNot() throws IOException {
        assertThat(values(Tree.pc(root))).containsEntry("temperature.celsius", 61.0);
    }

    @Test
    void aContainerTellsWhatItKnowsAndNothingElse() throws IOException {
        assertThat(values(Tree.container(root)))
                .doesNotContainKeys("temperature.celsius", "network.sent.bytes", "cpu.load");
    }

    private static Map<String, Object> values(Tree tree) throws IOException {
        return new LinuxSamples(tree.files(), Files.getFileStore(tree.root()))
                .take(NOW).stream().collect(Collectors.toMap(Sample::name, Sample::value));
    }
}
