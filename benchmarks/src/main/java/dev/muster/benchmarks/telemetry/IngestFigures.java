package dev.muster.benchmarks.telemetry;

import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.Report.Bar;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.telemetry.gateway.TlsProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** Devices to Kafka: rounds in which every way has its turn, saturated and paced. */
final class IngestFigures {
    private static final int DEVICES = 50;
    private static final int WINDOW = 100;
    private static final int RATE = 3_000;
    private static final String OURS = "gateway";
    private static final String PEER = "mosquitto + Camel";
    private static final String QUICK = "quick ingest";
    private static final String RAW = "raw producer";

    // What the issue asks of the gateway.
    private static final Bar THROUGHPUT = new Bar.AtLeast(3);
    private static final Bar CPU_SATURATED = new Bar.AtLeast(4);
    private static final Bar EFFICIENCY = new Bar.AtLeast(0.7);
    private static final Bar NOT_MORE = new Bar.AtMost(1);

    private final TelemetryBenchmark.Plan plan;
    private final PrintStream out;
    private final ChildJvm.Launch launch;
    private final BenchKafka kafka;
    private final Certificates certificates;
    private final boolean tls;
    private final TlsProvider provider;
    private final List<AutoCloseable> opened = new ArrayList<>();

    IngestFigures(
            TelemetryBenchmark.Plan plan,
            PrintStream out,
            ChildJvm.Launch launch,
            BenchKafka kafka,
            Certificates certificates,
            boolean tls,
            TlsProvider provider) {
        this.plan = plan;
        this.out = out;
        this.launch = launch;
        this.kafka = kafka;
        this.certificates = certificates;
        this.tls = tls;
        this.provider = provider;
    }

    void measure(Report report) throws IOException, InterruptedException {
        out.println("measuring devices to Kafka, "
                + (tls ? "TLS on both sides, the gateway's by " + provider.here() : "without TLS") + " ...");
        try {
            List<Subject> subjects = subjects(report);
            for (Subject subject : subjects) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.warmSeconds());
                do {
                    subject.run(plan.warmUp(), 0, kafka::cpuSeconds);
                } while (System.nanoTime() < end);
            }
            rows(report, "saturated", trials(subjects, plan.messages(), 0), true);
            List<Subject> paced =
                    subjects.stream().filter(one -> !one.name().equals(RAW)).toList();
            rows(report, RATE + "/s", trials(paced, (long) RATE * plan.pacedSeconds(), RATE), false);
        } finally {
            for (AutoCloseable each : opened.reversed()) {
                close(each);
            }
        }
    }

    private static void close(AutoCloseable part) throws IOException {
        try {
            part.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private List<Subject> subjects(Report report) throws IOException, InterruptedException {
        List<DeviceRef> devices = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            devices.add(LoadMessage.device(i));
            if (tls) {
                certificates.device(devices.get(i));
            }
        }
        kafka.admit(devices);
        List<Subject> subjects = new ArrayList<>();
        subjects.add(ours());
        Optional<java.nio.file.Path> broker = Mosquitto.program();
        if (broker.isPresent()) {
            subjects.add(peer(broker.get()));
        } else {
            report.note("no mosquitto here (`apt-get install mosquitto`): the peer is left out, and with it its bars");
        }
        if (!tls) {
            subjects.add(quick());
            subjects.add(raw());
        }
        return subjects;
    }

    private String name(String part) {
        return part + (!tls ? "" : provider == TlsProvider.JDK ? "-tls-jdk" : "-tls");
    }

    private String security() {
        return tls ? certificates.directory().toString() : "plain";
    }

    private Subject ours() throws IOException {
        ChildJvm gateway = keep(launch.start(
                name("gateway"),
                GatewayChild.class,
                ChildJvm.heap("256"),
                kafka.bootstrap(),
                name("bench"),
                "0",
                security(),
                provider.name()));
        int port = Integer.parseInt(gateway.ask("port").getFirst());
        return new Subject(
                OURS, load("load-gateway", port, kafka.settings().topics().telemetry()), gateway::cpuSeconds);
    }

    private Subject peer(java.nio.file.Path program) throws IOException, InterruptedException {
        String topic = name("peer");
        kafka.topic(topic);
        Mosquitto broker = keep(Mosquitto.start(program, launch.directory(), certificates.directory()));
        // The bridge is next to its broker: without TLS also where devices use it.
        ChildJvm camel = keep(launch.start(
                name("camel"),
                CamelChild.class,
                ChildJvm.heap("256"),
                Integer.toString(broker.plainPort()),
                kafka.bootstrap(),
                topic));
        return new Subject(
                PEER,
                load("load-peer", tls ? broker.tlsPort() : broker.plainPort(), topic),
                () -> broker.cpuSeconds() + camel.cpuSeconds());
    }

    private Subject quick() throws IOException, InterruptedException {
        kafka.topic("quick");
        ChildJvm ingest =
                keep(launch.start("quick", QuickIngest.class, ChildJvm.heap("256"), kafka.bootstrap(), "quick"));
        int port = Integer.parseInt(ingest.ask("port").getFirst());
        return new Subject(QUICK, load("load-quick", port, "quick"), ingest::cpuSeconds);
    }

    private Subject raw() throws IOException, InterruptedException {
        kafka.topic("raw");
        ChildJvm producer =
                keep(launch.start("raw", RawProducerChild.class, ChildJvm.heap("256"), kafka.bootstrap(), "raw"));
        return new Subject(RAW, producer, producer::cpuSeconds);
    }

    private ChildJvm load(String name, int port, String topic) throws IOException {
        return keep(launch.start(
                name(name),
                LoadChild.class,
                ChildJvm.heap("192"),
                Integer.toString(port),
                Integer.toString(DEVICES),
                Integer.toString(WINDOW),
                security(),
                "0",
                "0",
                kafka.bootstrap(),
                topic));
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }

    /** By name, in the order of rounds; every round begins with another way. */
    private Map<String, List<Subject.Trial>> trials(List<Subject> subjects, long total, int rate) throws IOException {
        Map<String, List<Subject.Trial>> trials = new LinkedHashMap<>();
        subjects.forEach(subject -> trials.put(subject.name(), new ArrayList<>()));
        for (int round = 0; round < plan.rounds(); round++) {
            for (int turn = 0; turn < subjects.size(); turn++) {
                Subject subject = subjects.get((round + turn) % subjects.size());
                Subject.Trial trial = subject.run(total, rate, kafka::cpuSeconds);
                trials.getOrDefault(subject.name(), new ArrayList<>()).add(trial);
                out.printf(
                        "round %d of %d: %-18s %,8.0f messages/s, %6.2f CPU s/1M (Kafka %.2f), p50 %.1f ms, p99 %.1f"
                                + " ms%n",
                        round + 1,
                        plan.rounds(),
                        subject.name(),
                        trial.perSecond(),
                        trial.cpuPerMillion(),
                        trial.kafkaPerMillion(),
                        trial.p50Millis(),
                        trial.p99Millis());
            }
        }
        return trials;
    }

    private void rows(Report report, String how, Map<String, List<Subject.Trial>> trials, boolean saturated) {
        String kind = (!tls ? "" : provider == TlsProvider.JDK ? "mTLS by the JDK, " : "mTLS, ") + how + ", ";
        trials.forEach((name, seen) -> {
            if (saturated) {
                report.row(kind + name + ": messages", "1/s", values(seen, Subject.Trial::perSecond), Bar.NONE);
            }
            report.row(
                    kind + name + ": CPU per 1M messages", "s", values(seen, Subject.Trial::cpuPerMillion), Bar.NONE);
            if (!saturated) {
                report.row(kind + name + ": p99 to Kafka", "ms", values(seen, Subject.Trial::p99Millis), Bar.NONE);
            }
        });
        List<Subject.Trial> ours = trials.getOrDefault(OURS, List.of());
        List<Subject.Trial> peer = trials.getOrDefault(PEER, List.of());
        List<Subject.Trial> quick = trials.getOrDefault(QUICK, List.of());
        if (saturated && !peer.isEmpty()) {
            report.row(kind + "messages, ours to peer", "x", ratios(ours, peer, Subject.Trial::perSecond), THROUGHPUT);
            report.row(
                    kind + "CPU, peer to ours", "x", ratios(peer, ours, Subject.Trial::cpuPerMillion), CPU_SATURATED);
        } else if (!peer.isEmpty()) {
            report.row(kind + "CPU, ours to peer", "x", ratios(ours, peer, Subject.Trial::cpuPerMillion), NOT_MORE);
            report.row(kind + "p99, ours to peer", "x", ratios(ours, peer, Subject.Trial::p99Millis), NOT_MORE);
        }
        if (saturated && !quick.isEmpty()) {
            report.row(
                    kind + "CPU, quick ingest to ours",
                    "x",
                    ratios(quick, ours, Subject.Trial::cpuPerMillion),
                    EFFICIENCY);
        }
    }

    private static List<Double> values(List<Subject.Trial> trials, ToDoubleFunction<Subject.Trial> value) {
        return trials.stream().mapToDouble(value).boxed().toList();
    }

    private static List<Double> ratios(
            List<Subject.Trial> over, List<Subject.Trial> under, ToDoubleFunction<Subject.Trial> value) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < over.size(); i++) {
            ratios.add(value.applyAsDouble(over.get(i)) / value.applyAsDouble(under.get(i)));
        }
        return ratios;
    }
}
