package dev.muster.benchmarks.scale;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.Report.Bar;
import dev.muster.benchmarks.RunningMuster;
import dev.muster.benchmarks.rollout.BenchFleet;
import dev.muster.benchmarks.suspension.SecondGateway;
import dev.muster.simulator.behaviour.Mix;
import dev.muster.simulator.identity.Enrolment.Invitation;
import dev.muster.simulator.net.Wire;
import dev.muster.simulator.run.Plan;
import dev.muster.simulator.run.Simulation;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What devices cost one gateway, which is a process of its own: connecting, being there, sending; and all of them coming back at once.
 * The devices are those of {@code ./muster simulate}, in this process, with certificates by real enrolment at a Muster of its own.
 */
public final class ScaleBenchmark {
    private static final int HEAP_MEGABYTES = 1_024;
    private static final int SOURCES = 8;
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STORM = Duration.ofMinutes(5);
    private static final double GROWTH = 1.2;
    /** Files, Kafka's connections and what else a process has open besides devices. */
    private static final int OWN_DESCRIPTORS = 500;

    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();

    public ScaleBenchmark(PrintStream out) {
        this.out = out;
    }

    /**
     * How much is measured.
     *
     * @param idle how long devices are looked at that say nothing
     * @param traffic how long those that send
     * @param every how often each sends
     */
    private record Size(int few, int many, Duration idle, Duration traffic, Duration every) {
        static final Size WHOLE =
                new Size(1_000, 20_000, Duration.ofMinutes(5), Duration.ofMinutes(3), Duration.ofSeconds(20));
        static final Size QUICK =
                new Size(200, 1_000, Duration.ofSeconds(40), Duration.ofSeconds(40), Duration.ofSeconds(5));

        /** As many devices as a process with {@code descriptors} open files can hold beside its own files. */
        Size within(long descriptors) {
            long fit = (descriptors - OWN_DESCRIPTORS) / 500 * 500;
            return fit >= many ? this : new Size(few, (int) Math.max(few, fit), idle, traffic, every);
        }
    }

    /** What was found with one number of devices. */
    private record Found(int devices, double cpuMsEach, double heapKibEach) {}

    /** What all steps share. */
    private record Rig(
            RunningMuster muster, SecondGateway gateway, GatewayFigures figures, Path state, Report report) {}

    /** Measures; exit code 0 measured, 1 not measured, 2 wrong use. */
    public int run(List<String> words)
            throws IOException, InterruptedException, SQLException, GeneralSecurityException {
        if (!words.isEmpty() && !words.equals(List.of("--quick"))) {
            out.println("bench scale: expected [--quick] and nothing else, found `" + String.join(" ", words) + "`");
            return 2;
        }
        Size size = (words.isEmpty() ? Size.WHOLE : Size.QUICK).within(descriptors());
        if (words.isEmpty() && size.many() < Size.WHOLE.many()) {
            out.printf(
                    "a process may have %,d files open here (`ulimit -Hn`): %,d devices instead of %,d%n",
                    descriptors(), size.many(), Size.WHOLE.many());
        }
        Path directory = Files.createTempDirectory("muster-bench");
        Path log = directory.resolve("gateway.log");
        try (RunningMuster muster = RunningMuster.start(home, directory, out);
                BenchFleet api = new BenchFleet(muster);
                SecondGateway gateway = SecondGateway.start(muster, home, log, HEAP_MEGABYTES);
                GatewayFigures figures = new GatewayFigures(gateway)) {
            figures.awaitReady(START, log);
            Report report = new Report("scale");
            Rig rig = new Rig(muster, gateway, figures, directory.resolve("devices"), report);
            try (Simulation enrolled = prepare(rig, size.many(), Duration.ZERO, Optional.of(api))) {
                out.println(enrolled.enrolledNow() + " devices are enrolled");
            }
            // Classes are loaded and hot code is compiled before anything counts.
            connectAndLeave(rig, size.few());
            connectAndLeave(rig, size.few());
            figures.watch();
            Found few = standing(rig, size.few(), size.idle());
            Found many = standing(rig, size.many(), size.idle());
            report.row(
                    "CPU per connect, %,d devices beside %,d".formatted(many.devices(), few.devices()),
                    "ratio",
                    List.of(many.cpuMsEach() / few.cpuMsEach()),
                    new Bar.AtMost(GROWTH));
            report.row(
                    "heap per device, %,d devices beside %,d".formatted(many.devices(), few.devices()),
                    "ratio",
                    List.of(many.heapKibEach() / few.heapKibEach()),
                    new Bar.AtMost(GROWTH));
            sending(rig, size);
            report.row(
                    "probes of /q/health that failed, of " + figures.probes(),
                    "probes",
                    List.of((double) figures.failedProbes()),
                    new Bar.AtMost(0));
            report.note(
                    "devices and gateway share this machine; CPU is the gateway's process alone, TLS of the devices by "
                            + Wire.tlsProvider() + "; each figure is of one run");
            report.print(out);
            out.println("written to " + report.write(home));
            return 0;
        } finally {
            AtomicFiles.deleteTree(directory);
        }
    }

    private void connectAndLeave(Rig rig, int devices)
            throws IOException, InterruptedException, GeneralSecurityException {
        try (Simulation fleet = prepare(rig, devices, Duration.ZERO, Optional.empty())) {
            fleet.start();
            await(
                    devices + " devices",
                    Duration.ofMinutes(10),
                    () -> fleet.figures().connectedNow() == devices);
        }
    }

    /** Connects, and looks at what it takes that they are there. */
    private Found standing(Rig rig, int devices, Duration idle)
            throws IOException, InterruptedException, GeneralSecurityException {
        GatewayFigures gateway = rig.figures();
        double quiet = idleCpu(gateway, idle.dividedBy(2)) * 2;
        long heapBefore = gateway.heapBytes();
        long residentBefore = gateway.residentBytes();
        long ownBefore = ownHeap();
        try (Simulation fleet = prepare(rig, devices, Duration.ZERO, Optional.empty())) {
            double cpuBefore = gateway.cpuSeconds();
            long begin = System.nanoTime();
            fleet.start();
            await(
                    devices + " devices",
                    Duration.ofMinutes(10),
                    () -> fleet.figures().connectedNow() == devices);
            double connecting = gateway.cpuSeconds() - cpuBefore;
            out.printf("%,d devices are connected after %.1f s%n", devices, (System.nanoTime() - begin) / 1e9);
            double heap = (gateway.heapBytes() - heapBefore) / 1024.0 / devices;
            double resident = (gateway.residentBytes() - residentBefore) / 1024.0 / devices;
            double own = (ownHeap() - ownBefore) / 1024.0 / devices;
            double there = idleCpu(gateway, idle);
            if (fleet.figures().connectedNow() != devices) {
                throw new IOException("expected that " + devices + " idle devices stay connected, found "
                        + fleet.figures().connectedNow() + "; refusals "
                        + fleet.figures().refusals());
            }
            String of = "%,d devices: ".formatted(devices);
            Report report = rig.report();
            report.row(of + "CPU per connect", "ms", List.of(connecting * 1e3 / devices), Bar.NONE);
            double hours = idle.toMillis() / 3.6e6;
            report.row(
                    of + "CPU per idle device-hour",
                    "ms",
                    List.of(Math.max(0, there - quiet) * 1e3 / hours / devices),
                    Bar.NONE);
            report.row(of + "heap of the gateway per device", "KiB", List.of(heap), Bar.NONE);
            report.row(of + "resident memory of the gateway per device", "KiB", List.of(resident), Bar.NONE);
            report.row(of + "heap of the simulator per device", "KiB", List.of(own), Bar.NONE);
            return new Found(devices, connecting * 1e3 / devices, heap);
        }
    }

    private static double idleCpu(GatewayFigures gateway, Duration time) throws InterruptedException {
        double before = gateway.cpuSeconds();
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        return gateway.cpuSeconds() - before;
    }

    /** All send, all are cut off at once, all come back; then it is read back whether anything that was acknowledged is missing. */
    private void sending(Rig rig, Size size) throws IOException, InterruptedException, GeneralSecurityException {
        GatewayFigures gateway = rig.figures();
        int devices = size.many();
        long boot;
        Map<String, Long> acknowledged;
        Report report = rig.report();
        String of = "%,d devices: ".formatted(devices);
        try (Simulation fleet = prepare(rig, devices, size.every(), Optional.empty())) {
            boot = fleet.boot();
            fleet.start();
            await(
                    devices + " devices",
                    Duration.ofMinutes(10),
                    () -> fleet.figures().connectedNow() == devices);
            TimeUnit.NANOSECONDS.sleep(size.every().toNanos());
            long messages = fleet.figures().samples.sum();
            double used = idleCpu(gateway, size.traffic());
            messages = fleet.figures().samples.sum() - messages;
            report.row(of + "CPU per message (QoS 1, three samples)", "us", List.of(used * 1e6 / messages), Bar.NONE);
            long connects = fleet.figures().connects.sum();
            long samples = fleet.figures().samples.sum();
            double before = gateway.cpuSeconds();
            long begin = System.nanoTime();
            fleet.cutAll();
            await(
                    "the devices to come back",
                    Duration.ofMinutes(15),
                    () -> fleet.figures().connects.sum() - connects >= devices
                            && fleet.figures().connectedNow() == devices);
            report.row(
                    of + "all back after their lines were cut",
                    "s wall",
                    List.of((System.nanoTime() - begin) / 1e9),
                    new Bar.AtMost(STORM.toSeconds()));
            report.row(
                    of + "CPU of the storm per device, messages included",
                    "ms",
                    List.of((gateway.cpuSeconds() - before) * 1e3 / devices),
                    Bar.NONE);
            // What waited meanwhile is on its way.
            await(
                    "what waited to be acknowledged",
                    Duration.ofMinutes(5),
                    () -> fleet.figures().samples.sum() - samples >= devices);
            fleet.close();
            acknowledged = fleet.acknowledgedSamples();
            report.row(
                    of + "samples given up by devices",
                    "messages",
                    List.of((double) fleet.figures().dropped.sum()),
                    new Bar.AtMost(0));
        }
        Sequences read = Sequences.read("127.0.0.1:" + rig.muster().port(4), boot);
        report.row(
                of + "acknowledged and not on Kafka, of "
                        + acknowledged.values().stream()
                                .mapToLong(Long::longValue)
                                .sum(),
                "messages",
                List.of((double) read.lost(acknowledged)),
                new Bar.AtMost(0));
        report.row(of + "on Kafka twice", "messages", List.of((double) read.twice()), Bar.NONE);
    }

    private Simulation prepare(Rig rig, int devices, Duration telemetry, Optional<BenchFleet> api)
            throws IOException, GeneralSecurityException, InterruptedException {
        List<InetAddress> sources = new ArrayList<>();
        for (int i = 1; i <= SOURCES; i++) {
            sources.add(InetAddress.getByName("127.0.0." + i));
        }
        Plan plan = new Plan(
                devices,
                Mix.parse("steady=100"),
                1,
                telemetry,
                "scale",
                Plan.HARDWARE,
                rig.state(),
                new Wire.Options(
                        Optional.of("localhost:" + rig.gateway().port()), sources, 500, Duration.ofMinutes(5), 2, 16));
        return Simulation.prepare(
                plan,
                missing -> invitation(
                        api.orElseThrow(() -> new IOException(missing + " devices are not enrolled")), missing),
                InstantSource.system(),
                out::println);
    }

    private static Invitation invitation(BenchFleet api, int devices) throws IOException, InterruptedException {
        List<String> flags = RunningMuster.flagsIn(
                api.post("/enrolment-tokens", Map.of("name", "scale", "uses", devices, "expiresIn", "PT6H"))
                        .string("command"));
        return new Invitation(
                URI.create(flags.get(flags.indexOf("--server") + 1)),
                flags.get(flags.indexOf("--token") + 1),
                flags.get(flags.indexOf("--ca-fingerprint") + 1));
    }

    /** How many files a process may have open; devices and gateway run under the same limit. */
    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    private static long ownHeap() {
        ManagementFactory.getMemoryMXBean().gc();
        ManagementFactory.getMemoryMXBean().gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void await(String what, Duration limit, BooleanSupplier condition)
            throws IOException, InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new IOException("expected " + what + " within " + limit.toMinutes() + " minutes, found fewer");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
