package dev.muster.agent.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxProcessesTest {
    @TempDir
    Path root;

    private LinuxProcesses processes;

    @BeforeEach
    void open() throws IOException {
        processes = new LinuxProcesses(new SystemFiles(root));
        machine(1_000);
        process(7, "mosquitto", 100, 20, 2_048);
        process(8, "mosquitto", 50, 0, 1_024);
        process(9, "a ) (b", 900, 0, 4_096);
    }

    @Test
    void addsUpAllProcessesOfAName() {
        assertThat(values("mosquitto"))
                .containsEntry("process.mosquitto.count", 2L)
                .containsEntry("process.mosquitto.memory.bytes", 3_072L * 1_024)
                // Nothing to compare with yet.
                .doesNotContainKey("process.mosquitto.cpu.load");
    }

    @Test
    void tellsTheShareOfAllProcessorsSinceTheCallBefore() throws IOException {
        values("mosquitto");
        machine(2_000);
        process(7, "mosquitto", 180, 40, 2_048);
        process(8, "mosquitto", 200, 0, 1_024);
        process(10, "mosquitto", 5_000, 0, 0); // new: what it took before is not known

        assertThat(values("mosquitto")).containsEntry("process.mosquitto.cpu.load", 0.25);
    }

    @Test
    void aProgramThatDoesNotRunIsTold() {
        assertThat(values("gone")).containsEntry("process.gone.count", 0L);
    }

    @Test
    void namesAreComparedAsTheKernelCutsThem() throws IOException {
        process(11, "a-long-program-", 1, 1, 10);

        assertThat(values("a-long-program-name")).containsEntry("process.a-long-program-name.count", 1L);
    }

    @Test
    void looksAtNothingWhereNobodyAsks() {
        assertThat(processes.take(Instant.EPOCH, List.of())).isEmpty();
    }

    private Map<String, Object> values(String... names) {
        return processes.take(Instant.EPOCH, List.of(names)).stream()
                .collect(Collectors.toMap(Sample::name, Sample::value));
    }

    private void machine(long ticks) throws IOException {
        write("proc/stat", "cpu  " + ticks + " 0 0 0 0 0 0 0 0 0\ncpu0 1 1\n");
    }

    private void process(int pid, String name, long user, long system, long kilobytes) throws IOException {
        write(
                "proc/" + pid + "/stat",
                pid + " (" + name + ") S 1 1 1 0 -1 4194560 1 0 0 0 " + user + " " + system + " 0 0 20 0 1 0 5 6 7");
        write("proc/" + pid + "/status", "Name:\t" + name + "\nVmRSS:\t    " + kilobytes + " kB\nThreads:\t1\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
