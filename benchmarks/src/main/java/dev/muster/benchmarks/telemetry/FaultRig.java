package dev.muster.benchmarks.telemetry;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.standalone.postgres.PostgresOptions;
import dev.muster.standalone.postgres.PostgresServer;
import dev.muster.telemetry.schema.TelemetryMigrations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The whole path, every part a process that can be killed: devices with TLS behind a network that can be cut, gateway,
 * Kafka, streams, sink, PostgreSQL. For one thread.
 */
final class FaultRig implements AutoCloseable {
    static final int WINDOW = 64;

    private static final long PATIENCE_SECONDS = 120;
    private static final String KEEP_ALIVE_SECONDS = "2";

    /** What can be killed. */
    enum Part {
        GATEWAY,
        STREAMS,
        SINK,
        KAFKA,
        POSTGRES
    }

    private final ChildJvm.Launch launch;
    private final BenchKafka kafka;
    private final Certificates certificates;
    private final PostgresOptions postgresOptions;
    private final CutProxy network;
    private final int gatewayPort;
    private final int devices;
    private PostgresServer postgres;
    private ChildJvm gateway;
    private ChildJvm streams;
    private ChildJvm sink;
    private ChildJvm load;

    /** Starts everything; nobody sends yet. */
    FaultRig(Path home, Path directory, String classPath, int devices) throws IOException, InterruptedException {
        this.launch = new ChildJvm.Launch(classPath, directory);
        this.devices = devices;
        this.kafka = BenchKafka.start(home, directory);
        this.certificates = Certificates.create(directory.resolve("certificates"));
        List<DeviceRef> all = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            all.add(LoadMessage.device(i));
            certificates.device(all.get(i));
        }
        kafka.admit(all);
        this.postgresOptions = PostgresOptions.in(directory.resolve("postgres"));
        this.postgres = PostgresServer.start(postgresOptions);
        PGSimpleDataSource owner = new PGSimpleDataSource();
        owner.setUrl(postgres.jdbcUrl("muster"));
        owner.setUser("muster_owner");
        owner.setPassword(postgresOptions.passwords().owner());
        TelemetryMigrations.migrate(owner);
        this.gateway = startGateway(0);
        this.gatewayPort = Integer.parseInt(gateway.ask("port").getFirst());
        this.network = CutProxy.before(new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort));
        this.streams = startStreams();
        this.sink = startSink();
        this.load = launch.start(
                "load",
                LoadChild.class,
                ChildJvm.heap("96"),
                Integer.toString(network.port()),
                Integer.toString(devices),
                Integer.toString(WINDOW),
                certificates.directory().toString(),
                KEEP_ALIVE_SECONDS,
                "0");
        awaitConnected();
    }

    private ChildJvm startGateway(int port) throws IOException {
        return launch.start(
                "gateway",
                GatewayChild.class,
                ChildJvm.heap("128"),
                kafka.bootstrap(),
                "fault",
                Integer.toString(port),
                certificates.directory().toString());
    }

    private ChildJvm startStreams() throws IOException {
        return launch.start(
                "streams",
                StreamsChild.class,
                ChildJvm.heap("128"),
                kafka.bootstrap(),
                launch.directory().resolve("streams").toString(),
                "");
    }

    private ChildJvm startSink() throws IOException {
        return launch.start(
                "sink",
                SinkChild.class,
                ChildJvm.heap("128"),
                kafka.bootstrap(),
                postgres.jdbcUrl("muster"),
                postgresOptions.passwords().ingest());
    }

    void startSending(int perSecond) throws IOException {
        load.ask("start " + perSecond);
    }

    /** SIGKILL, and up again at once. */
    void kill(Part part) throws IOException {
        switch (part) {
            case GATEWAY -> {
                gateway.kill();
                gateway = startGateway(gatewayPort);
            }
            case STREAMS -> {
                streams.kill();
                streams = startStreams();
            }
            case SINK -> {
                sink.kill();
                sink = startSink();
            }
            case KAFKA -> kafka.killAndRestart();
            case POSTGRES -> {
                postgres.kill();
                postgres = PostgresServer.start(postgresOptions);
            }
        }
    }

    /** No connection and no new one for so long. */
    void cutNetwork(long millis) throws InterruptedException {
        network.cut();
        TimeUnit.MILLISECONDS.sleep(millis);
        network.mend();
    }

    /** Connections stay open on both sides and carry nothing for so long. */
    void freezeNetwork(long millis) throws InterruptedException {
        network.freeze();
        TimeUnit.MILLISECONDS.sleep(millis);
        network.mend();
    }

    /** All devices are connected. */
    void awaitConnected() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (Integer.parseInt(load.ask("ready").getFirst()) < devices) {
            if (System.nanoTime() > end) {
                throw new IOException("not all devices are connected after " + PATIENCE_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /**
     * What the devices know when they stopped and all was acknowledged.
     *
     * @param reconnects of all devices together, tries included
     */
    record Sent(long sent, long acknowledged, long refused, long outOfOrder, long reconnects) {}

    Sent stopSending() throws IOException {
        List<String> counts = load.ask("stop " + PATIENCE_SECONDS);
        return new Sent(
                Long.parseLong(counts.get(0)),
                Long.parseLong(counts.get(1)),
                Long.parseLong(counts.get(2)),
                Long.parseLong(counts.get(3)),
                Long.parseLong(counts.get(4)));
    }

    long gatewayHeap() throws IOException {
        return Long.parseLong(gateway.ask("heap").getFirst());
    }

    long gatewayDescriptors() throws IOException {
        return Long.parseLong(gateway.ask("descriptors").getFirst());
    }

    /** Devices that connect and go, one generation after the other, until so many did. */
    void connectAndGo(int cycles) throws IOException, InterruptedException {
        int done = 0;
        while (done < cycles) {
            network.cut();
            network.mend();
            awaitConnected();
            done += devices;
        }
    }

    int devices() {
        return devices;
    }

    BenchKafka kafka() {
        return kafka;
    }

    /** A connection that sees everything. */
    Connection database() throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl("muster"),
                postgres.superuser(),
                postgresOptions.passwords().superuser());
    }

    @Override
    public void close() throws IOException {
        load.close();
        network.close();
        sink.close();
        streams.close();
        gateway.close();
        kafka.close();
        postgres.close();
    }
}
