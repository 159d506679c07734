package dev.muster.standalone.kafka;

import dev.muster.standalone.process.ChildProcess;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RunningServer;
import dev.muster.standalone.process.RuntimeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A running broker on loopback, alone or one of a {@link KafkaCluster}. Topics are never made by accident (no auto-creation).
 * Survives SIGKILL: start again with the same options. Thread-safe.
 */
public final class KafkaServer implements RunningServer {
    /** The file of the cluster's id in a broker's directory. */
    static final String CLUSTER_ID = "cluster.id";

    private static final Duration START = Duration.ofSeconds(90);

    private final KafkaOptions options;
    private final ChildProcess process;
    private final Path ready;

    private KafkaServer(KafkaOptions options, ChildProcess process, Path ready) {
        this.options = options;
        this.process = process;
        this.ready = ready;
    }

    /**
     * Formats the storage if need be, starts the node and waits until it serves clients.
     *
     * @throws dev.muster.standalone.process.StandaloneException if a port is taken, the directory is unusable or the
     *     node does not start
     */
    public static KafkaServer start(KafkaOptions options) {
        KafkaServer server = launch(options);
        server.awaitReady();
        return server;
    }

    /** Starts the process alone: the first nodes of a cluster get ready together or not at all. */
    static KafkaServer launch(KafkaOptions options) {
        Path directory = Folders.ownerOnly(options.directory()).toAbsolutePath();
        Ports.requireFree(options.port(), "Kafka");
        Ports.requireFree(options.controllerPort(), "Kafka's controller");
        Path ready = directory.resolve("ready");
        try {
            Files.deleteIfExists(ready);
        } catch (IOException e) {
            throw Folders.unusable(ready, e);
        }
        List<String> command = List.of(
                RuntimeFiles.java().toString(),
                "-Xms64m",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:TieredStopAtLevel=4",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                options.runtime().kafkaClassPath(),
                "dev.muster.standalone.kafka.KafkaMain",
                directory.resolve("data").toString(),
                Integer.toString(options.port()),
                Integer.toString(options.controllerPort()),
                ready.toString(),
                clusterId(directory.resolve(CLUSTER_ID)),
                Integer.toString(options.seat().node()),
                options.seat().host(),
                String.join(",", options.seat().voters()));
        ChildProcess process = ChildProcess.start(new ChildProcess.Spec("Kafka", command, Map.of(), options.log()));
        return new KafkaServer(options, process, ready);
    }

    /** Waits until it serves clients. */
    void awaitReady() {
        process.awaitReady(START, () -> Files.exists(ready));
    }

    /** Chosen once, before anything is formatted, so that a repeated format agrees with a half-finished one. */
    static String clusterId(Path file) {
        try {
            if (!Files.exists(file)) {
                ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
                UUID id = UUID.randomUUID();
                bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
                Folders.writeOwnerOnly(
                        file, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array()));
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw Folders.unusable(file, e);
        }
    }

    /** What it was started with; start again with the same to find the data. */
    public KafkaOptions options() {
        return options;
    }

    /** {@code host:port} for clients. */
    public String bootstrap() {
        return options.seat().host() + ":" + options.port();
    }

    @Override
    public ChildProcess process() {
        return process;
    }
}
