package dev.muster.benchmarks.telemetry;

import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.Report.Bar;
import dev.muster.protocol.identity.DeviceRef;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Heap of a gateway per device that is connected, known and silent; the same with TLS, whose share is told apart. */
final class IdleFigures {
    private static final Bar HEAP = new Bar.AtMost(6);
    private static final int TLS_SHARE = 5;
    private static final long PATIENCE_SECONDS = 180;
    /** None asked for: the gateway then takes its longest. */
    private static final String KEEP_ALIVE_SECONDS = "0";

    private final TelemetryBenchmark.Plan plan;
    private final PrintStream out;
    private final ChildJvm.Launch launch;
    private final BenchKafka kafka;
    private final Certificates certificates;

    IdleFigures(
            TelemetryBenchmark.Plan plan,
            PrintStream out,
            ChildJvm.Launch launch,
            BenchKafka kafka,
            Certificates certificates) {
        this.plan = plan;
        this.out = out;
        this.launch = launch;
        this.kafka = kafka;
        this.certificates = certificates;
    }

    void measure(Report report) throws IOException, InterruptedException {
        List<DeviceRef> devices = new ArrayList<>();
        for (int i = 0; i < plan.idle(); i++) {
            devices.add(LoadMessage.device(i));
        }
        kafka.admit(devices);
        double plain = kibEach("idle", plan.idle(), "plain");
        report.row("%,d idle connections: heap each".formatted(plan.idle()), "KiB", List.of(plain), HEAP);
        int some = plan.idle() / TLS_SHARE;
        for (DeviceRef device : devices.subList(0, some)) {
            certificates.device(device);
        }
        double tls = kibEach("idle-tls", some, certificates.directory().toString());
        report.row(
                "%,d idle connections: TLS on top, heap each".formatted(some), "KiB", List.of(tls - plain), Bar.NONE);
    }

    private double kibEach(String name, int connections, String security) throws IOException, InterruptedException {
        out.println("connecting " + connections + " devices, " + name + " ...");
        try (ChildJvm gateway =
                launch.start(name, GatewayChild.class, ChildJvm.heap("384"), kafka.bootstrap(), name, "0", security)) {
            // One device first: classes and pools are there whoever comes.
            String port = gateway.ask("port").getFirst();
            long before;
            try (ChildJvm first = load(name + "-first", port, 1, security)) {
                await(first, 1);
                before = Long.parseLong(gateway.ask("heap").getFirst());
            }
            try (ChildJvm load = load(name + "-load", port, connections, security)) {
                await(load, connections);
                long after = Long.parseLong(gateway.ask("heap").getFirst());
                if (Long.parseLong(gateway.ask("connections").getFirst()) != connections) {
                    throw new IOException("connections were lost while the heap was measured");
                }
                return (after - before) / 1024.0 / connections;
            }
        }
    }

    private ChildJvm load(String name, String port, int connections, String security) throws IOException {
        return launch.start(
                name,
                LoadChild.class,
                ChildJvm.heap("1024"),
                port,
                Integer.toString(connections),
                "1",
                security,
                KEEP_ALIVE_SECONDS,
                "0");
    }

    private static void await(ChildJvm load, int connections) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        long ready = 0;
        while (ready < connections) {
            if (System.nanoTime() > end) {
                throw new IOException("only " + ready + " of " + connections + " devices are connected (is the limit of"
                        + " open files, `ulimit -n`, above that?)");
            }
            TimeUnit.MILLISECONDS.sleep(200);
            ready = Long.parseLong(load.ask("ready").getFirst());
        }
    }
}
