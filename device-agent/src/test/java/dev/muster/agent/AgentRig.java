package dev.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.local.LocalClient;
import dev.muster.agent.platform.PlatformOpener;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/** A whole agent, enrolled over TLS with a {@link TestServer}; its monotonic clock can be put ahead. */
final class AgentRig implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final TestServer server = new TestServer();
    final List<String> log = new CopyOnWriteArrayList<>();
    final AtomicLong ahead = new AtomicLong();
    // Not JUnit's directory: a socket's path must be short.
    final StateDir state = new StateDir(Files.createTempDirectory("muster")).create();
    private final PlatformOpener platforms;
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2);
    private Optional<AgentHost> host = Optional.empty();

    /** Prepares the directory before the platform in it is opened. */
    interface Before {
        void prepare(StateDir state) throws Exception;
    }

    AgentRig() throws Exception {
        this("simulated", state -> {});
    }

    AgentRig(String platform, Before before) throws Exception {
        this(platform, Platforms::open, before);
    }

    /** With a platform that is not this machine. */
    AgentRig(String platform, PlatformOpener platforms, Before before) throws Exception {
        this.platforms = platforms;
        before.prepare(state);
        var invitation =
                new Enroller.Invitation(server.uri(), "good-token", server.ca.fingerprint(), Optional.of("pump-7"));
        new Enroller(state)
                .enrol(invitation, platforms.open(platform, state, InstantSource.system(), System::nanoTime, () -> {}));
    }

    long nanos() {
        return System.nanoTime() + ahead.get();
    }

    void start() throws IOException {
        start((config, nothing) -> config, "");
    }

    /** With one more thing in its configuration. */
    <T> void start(BiFunction<AgentConfig, T, AgentConfig> with, T what) throws IOException {
        AgentConfig config = with.apply(
                AgentConfig.defaults()
                        .withRefresh(Duration.ofMillis(100))
                        .withSample(Duration.ofMillis(50))
                        .withUsage(Duration.ofMillis(100))
                        .withWatch(Duration.ofMillis(50)),
                what);
        AgentHost next = new AgentHost(
                state, config, scheduler, InstantSource.system(), this::nanos, this::nanos, log::add, platforms);
        next.start();
        host = Optional.of(next);
    }

    void stop() throws IOException {
        if (host.isPresent()) {
            host.get().close();
            host = Optional.empty();
        }
    }

    DeviceIdentity identity() throws IOException {
        return new IdentityStore(state).load().orElseThrow();
    }

    JsonObject status() throws IOException {
        return LocalClient.ask(state.socket(), Map.of("op", "status"));
    }

    void awaitTarget(String name, String wanted) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(
                        status().objects("targets", target -> target.string("name") + " " + target.string("state")))
                .as(() -> String.join("\n", log))
                .contains(name + " " + wanted));
    }

    void awaitLog(String text) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log).anyMatch(line -> line.contains(text)));
    }

    @Override
    public void close() throws Exception {
        stop();
        scheduler.shutdownNow();
        assertThat(scheduler.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        server.close();
        AtomicFiles.deleteTree(state.root());
    }
}
