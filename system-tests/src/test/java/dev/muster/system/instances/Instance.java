package dev.muster.system.instances;

import dev.muster.standalone.process.ChildProcess;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.HttpProbe;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.system.Product;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One packaged server with some of the roles, on an address of its own. For one thread. */
final class Instance {
    private static final Duration START = Duration.ofMinutes(4);

    private final String name;
    private final String host;
    private final Ports ports;
    private final int heapMegabytes;
    private final Path log;
    private final Path settings;
    private @Nullable ChildProcess process;

    /** The ports that instances have, each on its own address. */
    record Ports(int api, int device, int gateway, int ddi, int management) {
        /** Five in a row. */
        static Ports from(int base) {
            return new Ports(base, base + 1, base + 2, base + 3, base + 4);
        }
    }

    /** Not started yet; what it writes goes into {@code directory}. */
    Instance(
            String name,
            String roles,
            String host,
            Ports ports,
            int heapMegabytes,
            Path directory,
            Map<String, String> common) {
        this.name = name;
        this.host = host;
        this.ports = ports;
        this.heapMegabytes = heapMegabytes;
        this.log = directory.resolve(name + ".log");
        this.settings = directory.resolve(name + ".properties");
        Map<String, String> own = new java.util.TreeMap<>(common);
        own.put("muster.instance", name);
        own.put("muster.roles", roles);
        own.put("muster.bind", host);
        own.put("muster.streams-state", directory.resolve(name + "-streams").toString());
        own.put("muster.db.url", common.get("muster.db.url") + "?ApplicationName=" + name);
        own.put("muster.device.port", Integer.toString(ports.device()));
        own.put("muster.gateway.port", Integer.toString(ports.gateway()));
        own.put("muster.ddi.port", Integer.toString(ports.ddi()));
        own.put("quarkus.http.port", Integer.toString(ports.api()));
        own.put("quarkus.management.host", host);
        own.put("quarkus.management.port", Integer.toString(ports.management()));
        Folders.writeOwnerOnly(
                settings,
                own.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
    }

    /** In claims, presence and connections to the database. */
    String name() {
        return name;
    }

    InetSocketAddress api() {
        return new InetSocketAddress(host, ports.api());
    }

    InetSocketAddress device() {
        return new InetSocketAddress(host, ports.device());
    }

    InetSocketAddress gateway() {
        return new InetSocketAddress(host, ports.gateway());
    }

    /** Starts the process alone. */
    void launch() {
        process = ChildProcess.start(new ChildProcess.Spec(
                name,
                List.of(
                        RuntimeFiles.java().toString(),
                        "-Xmx" + heapMegabytes + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dquarkus.config.locations=" + settings.toUri(),
                        "-jar",
                        Product.home()
                                .resolve("control-plane/target/quarkus-app/quarkus-run.jar")
                                .toString()),
                Map.of(),
                log));
    }

    /** Waits until it says that it is ready. */
    void awaitReady() {
        try (HttpProbe ready = new HttpProbe(
                URI.create("http://" + host + ":" + ports.management() + "/q/health/ready"), Optional.empty())) {
            running().awaitReady(START, ready);
        }
    }

    /** SIGKILL. */
    void kill() {
        running().kill();
    }

    /** The same of one that may never have been launched. */
    void killIfStarted() {
        ChildProcess started = process;
        if (started != null) {
            started.kill();
        }
    }

    /** SIGTERM, and what follows. */
    void stop() {
        running().close();
    }

    private ChildProcess running() {
        return Objects.requireNonNull(process, name);
    }
}
