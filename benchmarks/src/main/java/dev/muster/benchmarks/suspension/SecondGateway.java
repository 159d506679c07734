package dev.muster.benchmarks.suspension;

import dev.muster.benchmarks.RunningMuster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another instance of a running Muster's server, with the role {@code gateway} alone. Closing it ends it. */
public final class SecondGateway implements AutoCloseable {
    /** Offsets from the base of ports, far from those of the first instance. */
    private static final int API = 50;

    private static final int DEVICE = 51;
    private static final int GATEWAY = 52;
    private static final int MANAGEMENT = 58;

    private final Process process;
    private final int port;
    private final int managementPort;

    private SecondGateway(Process process, int port, int managementPort) {
        this.process = process;
        this.port = port;
        this.managementPort = managementPort;
    }

    /** Starts it with the settings of the first one, and returns at once. */
    static SecondGateway start(RunningMuster muster, Path home, Path log) throws IOException {
        return start(muster, home, log, 384);
    }

    /** The same with so much heap. */
    public static SecondGateway start(RunningMuster muster, Path home, Path log, int heapMegabytes) throws IOException {
        int gateway = muster.port(GATEWAY);
        // A file of its own: what a file says wins over the command line of the JVM.
        Path settings = log.resolveSibling("second.properties");
        Files.writeString(
                settings,
                Files.readString(muster.data().resolve("server").resolve("application.properties"))
                        + "\nmuster.instance=second\nmuster.roles=gateway\nmuster.gateway.port=" + gateway
                        + "\nmuster.device.port=" + muster.port(DEVICE) + "\nquarkus.http.port=" + muster.port(API)
                        + "\nquarkus.management.port=" + muster.port(MANAGEMENT) + "\n");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heapMegabytes + "m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dquarkus.config.locations=" + settings.toUri(),
                        "-jar",
                        home.resolve("control-plane/target/quarkus-app/quarkus-run.jar")
                                .toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new SecondGateway(process, gateway, muster.port(MANAGEMENT));
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Where it is asked how it is. */
    public int managementPort() {
        return managementPort;
    }

    /** Its process. */
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
