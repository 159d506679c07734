package dev.muster.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.standalone.process.ChildProcess;
import dev.muster.standalone.process.PidFile;
import dev.muster.standalone.process.StandaloneException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real child processes: {@code sleep} is a server that does nothing. */
@Timeout(60)
class SupervisedServerIT {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Path log = Path.of("unset");
    private PidFile pidFile = new PidFile(Path.of("unset"));
    private Progress progress = new Progress(System.out);

    @BeforeEach
    void prepare() {
        log = folder.resolve("sleeper.log");
        pidFile = PidFile.besideLog(log);
        progress = new Progress(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @Test
    void startsAgainWhatWasKilledAndNotWhatWasStopped() {
        AtomicInteger starts = new AtomicInteger();
        SupervisedServer server = new SupervisedServer(
                "sleeper",
                pidFile,
                () -> {
                    starts.incrementAndGet();
                    return sleeper();
                },
                progress);
        server.start();
        ProcessHandle first = pidFile.alive().orElseThrow();

        first.destroyForcibly();

        await().atMost(Duration.ofSeconds(60))
                .until(() -> starts.get() == 2 && pidFile.alive().isPresent());
        ProcessHandle second = pidFile.alive().orElseThrow();
        assertThat(second.pid()).isNotEqualTo(first.pid());
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("ended unexpectedly (exit code 137)");

        server.stop();

        assertThat(second.isAlive()).isFalse();
        assertThat(pidFile.alive()).isEmpty();
        assertThat(starts).hasValue(2);
        assertThatThrownBy(server::start).isInstanceOf(StandaloneException.class);
    }

    @Test
    void stopsInTheMiddleOfAStartThatWouldNeverBecomeReady() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        SupervisedServer server = new SupervisedServer(
                "sleeper",
                pidFile,
                () -> {
                    ChildServer child = sleeper();
                    begun.countDown();
                    child.process().awaitReady(Duration.ofMinutes(10), () -> false);
                    return child;
                },
                progress);
        CompletableFuture<Void> start = CompletableFuture.runAsync(
                server::start, task -> Thread.ofPlatform().start(task));
        begun.await();

        server.stop();

        assertThat(start).failsWithin(Duration.ofSeconds(60));
        assertThat(pidFile.alive()).isEmpty();
    }

    @Test
    void tellsTheLastLinesOfTheLogWhenAServerEndsWhileStarting() {
        ChildProcess child = ChildProcess.start(new ChildProcess.Spec(
                "broken", List.of("sh", "-c", "echo cannot bind to port 1; exit 3"), Map.of(), log));

        assertThatThrownBy(() -> child.awaitReady(Duration.ofSeconds(60), () -> false))
                .isInstanceOf(StandaloneException.class)
                .hasMessageContaining("exit code 3")
                .hasMessageContaining("cannot bind to port 1");
    }

    @Test
    void stopsWhatASupervisorThatWasKilledLeftBehind() {
        DataDirectory data = DataDirectory.prepare(folder.resolve("data"));
        ChildProcess left = ChildProcess.start(
                new ChildProcess.Spec("Kafka", List.of("sleep", "600"), Map.of(), data.logOf("kafka")));

        new Leftovers(data, progress).stop();

        assertThat(left.isAlive()).isFalse();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("Kafka of an earlier run");
    }

    @Test
    void stopsAlsoAChildWhosePidFileWasNeverWritten() {
        DataDirectory data = DataDirectory.prepare(folder.resolve("data"));
        ChildProcess left = ChildProcess.start(
                new ChildProcess.Spec("Kafka", List.of("sleep", "600"), Map.of(), data.logOf("kafka")));
        ChildProcess ofAnotherInstance = sleeper().process();
        PidFile.besideLog(data.logOf("kafka")).delete();

        new Leftovers(data, progress).stop();

        assertThat(left.isAlive()).isFalse();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("Kafka of an earlier run");
        assertThat(ofAnotherInstance.isAlive()).isTrue();
        ofAnotherInstance.close();
    }

    private ChildServer sleeper() {
        return new ChildServer(
                ChildProcess.start(new ChildProcess.Spec("sleeper", List.of("sleep", "600"), Map.of(), log)));
    }
}
