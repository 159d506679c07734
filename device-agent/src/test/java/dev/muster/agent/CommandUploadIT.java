package dev.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.commands.CommandRunner;
import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.TwoSlotStore;
import dev.muster.agent.telemetry.Outbox;
import dev.muster.agent.telemetry.Pace;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.protocol.command.AllowList;
import dev.muster.protocol.command.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs on their way over TLS to a server that drops links, forgets answers and says no. */
class CommandUploadIT {
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    private final List<String> answers = new CopyOnWriteArrayList<>();
    private TestServer server;
    private StateDir state;
    private DeviceIdentity identity;
    private Outbox outbox;
    private CommandRunner runner;

    @BeforeEach
    void begin() throws Exception {
        server = new TestServer();
        state = new StateDir(Files.createTempDirectory("muster")).create();
        identity = new Enroller(state)
                .enrol(
                        new Enroller.Invitation(server.uri(), "good-token", server.ca.fingerprint(), Optional.empty()),
                        platform());
        outbox = new Outbox(
                state.queue(),
                AgentConfig.defaults(),
                new Sink(),
                1,
                Pace.on(scheduler, () -> 50, System::nanoTime),
                Runnable::run,
                line -> {});
        outbox.connected();
        runner = runner();
        runner.start();
    }

    @AfterEach
    void end() throws Exception {
        runner.close();
        outbox.close();
        scheduler.shutdownNow();
        server.close();
        AtomicFiles.deleteTree(state.root());
    }

    @Test
    void sendsPiecesAndTheServerHasTheWhole() {
        runner.take(collect("c-1"));

        awaitAnswer("\"done\"");
        TestServer.Received upload = server.uploadOf("c-1");
        assertThat(upload.isWhole()).isTrue();
        assertThat(upload.pieces()).isGreaterThan(1);
        assertThat(state.root().resolve("uploads")).isEmptyDirectory();
    }

    @Test
    void goesOnWhereItStoppedAfterALostLinkAndARestart() throws Exception {
        server.dropAfterPieces = 2;
        runner.take(collect("c-1"));
        await().atMost(Duration.ofSeconds(20)).until(() -> server.dropped.get() > 0);
        runner.close();
        server.dropAfterPieces = Integer.MAX_VALUE;

        runner = runner();
        runner.start();

        awaitAnswer("\"done\"");
        TestServer.Received upload = server.uploadOf("c-1");
        assertThat(upload.isWhole()).isTrue();
        assertThat(upload.announcements()).as("one upload, announced again").isGreaterThan(1);
        assertThat(upload.firstBytes()).as("nothing that arrived is sent again").isEqualTo(1);
    }

    @Test
    void learnsTheOffsetFromTheServerWhereAnAnswerWasLost() {
        server.loseAnswerOfPiece = 1;

        runner.take(collect("c-1"));

        awaitAnswer("\"done\"");
        assertThat(server.uploadOf("c-1").isWhole()).isTrue();
    }

    @Test
    void saysThatTheServerDoesNotTakeIt() {
        server.refuseUploads = true;

        runner.take(collect("c-1"));

        awaitAnswer("upload-refused");
    }

    private void awaitAnswer(String text) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(answers).anyMatch(answer -> answer.contains(text)));
    }

    private static Command collect(String id) {
        return new Command(id, "collect-logs", Map.of(), Instant.now().plusSeconds(600));
    }

    private Platform platform() throws IOException {
        return Platforms.open("simulated", state, InstantSource.system(), System::nanoTime, () -> {});
    }

    private CommandRunner runner() throws IOException {
        return new CommandRunner(
                new TwoSlotStore(state.journal(), "commands"),
                new CommandRunner.Parts(
                        () -> AllowList.DEFAULT,
                        platform(),
                        () -> Map.of("a.log", noise(1), "b.log", noise(2), "c.log", noise(3)),
                        state.uploads(),
                        () -> {
                            try {
                                return new DeviceHttps(identity.server(), Tls.mutual(identity));
                            } catch (GeneralSecurityException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        outbox,
                        InstantSource.system(),
                        () -> {},
                        refused -> {},
                        scheduler,
                        line -> {}),
                "test");
    }

    /** Text that no ZIP makes much smaller. */
    private static String noise(int seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(400_000);
        while (text.length() < 400_000) {
            text.append((char) ('!' + random.nextInt(90)));
        }
        return text.toString();
    }

    private final class Sink implements dev.muster.agent.transport.Transport {
        @Override
        public void start(Listener listener) {}

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public CompletableFuture<Void> publish(
                dev.muster.protocol.mqtt.MqttTopic topic, byte[] payload, Map<String, String> properties) {
            if (topic instanceof dev.muster.protocol.mqtt.MqttTopic.CommandAnswered) {
                answers.add(new String(payload, java.nio.charset.StandardCharsets.UTF_8));
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }
}
