package dev.muster.standalone.testing;

import dev.muster.standalone.process.Await;
import dev.muster.standalone.process.Ports;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** One server in a container of its own, at a port that it keeps through a kill. For one thread. */
abstract class ServerContainer implements TestServer {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final int LOG_CHARACTERS = 4_000;
    // Parallel queries of PostgreSQL share memory; an engine gives 64 MiB of it by default.
    private static final long SHARED_MEMORY_BYTES = 256L * 1024 * 1024;

    private final Spec spec;
    private final GenericContainer<?> container;

    /**
     * What to run.
     *
     * @param name for people
     * @param port on loopback of this machine
     * @param inside the port that the server listens on in its container
     * @param environment secrets included: the engine shows it to whoever may use the engine
     * @param command what the image's entry point is told; empty for its own
     */
    record Spec(
            String name, TestImage image, int port, int inside, Map<String, String> environment, List<String> command) {
        /** Copies what it is given. */
        Spec {
            environment = Map.copyOf(environment);
            command = List.copyOf(command);
        }
    }

    ServerContainer(Spec spec) {
        this.spec = spec;
        this.container = withOwnLoader(
                () -> new GenericContainer<>(DockerImageName.parse(spec.image().name())));
    }

    /** Whether it answers as its clients expect, asked again and again while it starts. */
    abstract boolean serves();

    /** Starts it and waits until it serves; what does not start is removed, and its last words are told. */
    final void create() {
        if (!spec.image().pulled()) {
            container.withImagePullPolicy(image -> false);
        }
        if (!spec.command().isEmpty()) {
            container.withCommand(spec.command().toArray(String[]::new));
        }
        container.setPortBindings(List.of("127.0.0.1:" + spec.port() + ":" + spec.inside()));
        container
                .withEnv(spec.environment())
                .withSharedMemorySize(SHARED_MEMORY_BYTES)
                .withLabel(
                        "dev.muster.tests",
                        TestServers.setting("muster.test.run").orElse("by-hand"))
                .waitingFor(new AbstractWaitStrategy() {
                    @Override
                    protected void waitUntilReady() {
                        // The server's own protocol is asked below.
                    }
                });
        withOwnLoader(() -> {
            container.start();
            return container;
        });
        awaitReady();
    }

    private void awaitReady() {
        boolean ended = Await.until(START, LOOK_EVERY, () -> !container.isRunning() || serves());
        if (ended && container.isRunning()) {
            return;
        }
        String logs = container.getLogs();
        String what = ended ? "ended while starting" : "is not ready after " + START.toSeconds() + " s";
        close();
        throw new IllegalStateException(
                spec.name() + " in a container of `" + spec.image().name() + "` " + what + "; its last words:\n"
                        + logs.substring(Math.max(0, logs.length() - LOG_CHARACTERS)));
    }

    @Override
    public final void kill() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
        // Who passes the port on ends a moment later.
        Await.until(START, LOOK_EVERY, () -> !container.isRunning() && Ports.isFree(spec.port()));
    }

    /** The same container, which has its data, once more. */
    @Override
    public final void start() {
        container
                .getDockerClient()
                .startContainerCmd(container.getContainerId())
                .exec();
        awaitReady();
    }

    /** Removes its data as well. */
    @Override
    public final void close() {
        container.stop();
    }

    /** Testcontainers finds its parts by the thread's class loader; that of a Quarkus test sees other classes than ours. */
    static <T> T withOwnLoader(Supplier<T> work) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(GenericContainer.class.getClassLoader());
        try {
            return work.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
