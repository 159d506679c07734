package dev.muster.benchmarks.suspension;

import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.Report.Bar;
import dev.muster.benchmarks.RunningMuster;
import dev.muster.benchmarks.rollout.BenchFleet;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * How long a device keeps its session after it was suspended: from the request to the cut as the device sees it, while all
 * devices send telemetry. Two instances; half of the devices are on the one that gets the request, half on the other. A Muster of
 * its own, real PostgreSQL and Kafka, real TLS.
 */
public final class SuspensionBenchmark {
    private static final double BAR_MS = 1_000;
    private static final long LONGEST_MS = 30_000;
    private static final long START_MS = 180_000;

    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();

    public SuspensionBenchmark(PrintStream out) {
        this.out = out;
    }

    private record Connected(DeviceIdentity identity, MqttSession session, boolean second) {}

    /** Measures; exit code 0 measured, 1 not measured, 2 wrong use. */
    public int run(List<String> words)
            throws IOException, InterruptedException, SQLException, GeneralSecurityException {
        if (!words.isEmpty() && !words.equals(List.of("--quick"))) {
            out.println(
                    "bench suspension: expected [--quick] and nothing else, found `" + String.join(" ", words) + "`");
            return 2;
        }
        int devices = words.isEmpty() ? 600 : 80;
        int suspended = words.isEmpty() ? 400 : 40;
        Path directory = Files.createTempDirectory("muster-bench");
        List<Connected> fleet = new ArrayList<>();
        ScheduledExecutorService traffic = Executors.newScheduledThreadPool(2);
        try (RunningMuster muster = RunningMuster.start(home, directory, out);
                BenchFleet api = new BenchFleet(muster);
                SecondGateway second = SecondGateway.start(muster, home, directory.resolve("second.log"))) {
            List<DeviceIdentity> identities = enrol(api, directory, devices);
            awaitSecond(second, identities.getFirst(), directory);
            for (int i = 0; i < devices; i++) {
                boolean onSecond = i % 2 == 1;
                DeviceIdentity identity = identities.get(i);
                fleet.add(new Connected(
                        identity, MqttSession.open(identity, onSecond ? second.port() : muster.port(2)), onSecond));
            }
            out.println(devices + " devices are connected, each sends once a second");
            send(traffic, fleet);
            Thread.sleep(10_000);
            return measure(api, fleet, suspended, muster, second) ? 0 : 1;
        } finally {
            traffic.shutdownNow();
            fleet.forEach(device -> device.session().close());
            AtomicFiles.deleteTree(directory);
        }
    }

    private boolean measure(
            BenchFleet api, List<Connected> fleet, int suspended, RunningMuster muster, SecondGateway second)
            throws IOException, InterruptedException, GeneralSecurityException {
        List<Double> here = new ArrayList<>();
        List<Double> there = new ArrayList<>();
        List<Double> answers = new ArrayList<>();
        int kept = 0;
        int letIn = 0;
        for (Connected device : fleet.subList(0, suspended)) {
            if (device.session().isOver()) {
                throw new IOException(
                        "expected `" + device.identity().ref() + "` to be connected, found its session over");
            }
            long begin = System.nanoTime();
            api.post("/devices/" + device.identity().ref().device() + "/suspend", Map.of());
            answers.add((System.nanoTime() - begin) / 1e6);
            OptionalLong end = device.session().ended(LONGEST_MS);
            if (end.isEmpty()) {
                kept++;
                continue;
            }
            (device.second() ? there : here).add((end.getAsLong() - begin) / 1e6);
            letIn += isLetIn(device, muster.port(2)) || isLetIn(device, second.port()) ? 1 : 0;
        }
        long lost = fleet.stream()
                .skip(suspended)
                .filter(device -> device.session().isOver())
                .count();
        Report report = new Report("suspension");
        distribution(report, "cut on the gateway of the instance that was told", here);
        distribution(report, "cut on the other gateway", there);
        report.row("answer to the request", "ms wall", answers, Bar.NONE);
        report.row(
                "suspended, and connected after " + LONGEST_MS / 1_000 + " s",
                "devices",
                List.of((double) kept),
                new Bar.AtMost(0));
        report.row("suspended, and let in again", "devices", List.of((double) letIn), new Bar.AtMost(0));
        report.row("not suspended, and cut", "devices", List.of((double) lost), new Bar.AtMost(0));
        report.row(
                "telemetry records acknowledged",
                "records",
                List.of((double) fleet.stream()
                        .mapToLong(device -> device.session().acknowledged())
                        .sum()),
                Bar.NONE);
        report.note(fleet.size()
                + " connected devices, each one telemetry record a second; times run from before the request"
                + " of the suspension, and end when the device sees the cut");
        report.print(out);
        out.println("written to " + report.write(home));
        return !here.isEmpty() && !there.isEmpty();
    }

    private static void distribution(Report report, String what, List<Double> millis) {
        if (millis.isEmpty()) {
            return;
        }
        List<Double> sorted = millis.stream().sorted().toList();
        report.row(what, "ms wall", sorted, Bar.NONE);
        report.row(
                what + ", p99", "ms wall", List.of(sorted.get((sorted.size() - 1) * 99 / 100)), new Bar.AtMost(BAR_MS));
        report.row(what + ", longest", "ms wall", List.of(sorted.getLast()), new Bar.AtMost(BAR_MS));
    }

    private static boolean isLetIn(Connected device, int port) throws GeneralSecurityException {
        try {
            MqttSession.open(device.identity(), port).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void send(ScheduledExecutorService traffic, List<Connected> fleet) {
        SplittableRandom random = new SplittableRandom(1);
        for (Connected device : fleet) {
            var unused = traffic.scheduleAtFixedRate(
                    () -> {
                        if (!device.session().isOver()) {
                            device.session().publish();
                        }
                    },
                    random.nextLong(1_000),
                    1_000,
                    TimeUnit.MILLISECONDS);
        }
    }

    private static List<DeviceIdentity> enrol(BenchFleet api, Path directory, int devices)
            throws IOException, InterruptedException, GeneralSecurityException {
        List<String> flags = RunningMuster.flagsIn(
                api.post("/enrolment-tokens", Map.of("name", "bench", "uses", devices, "expiresIn", "PT1H"))
                        .string("command"));
        List<DeviceIdentity> identities = new ArrayList<>();
        for (int i = 1; i <= devices; i++) {
            StateDir state = new StateDir(directory.resolve("device-" + i)).create();
            identities.add(new Enroller(state)
                    .enrol(
                            new Enroller.Invitation(
                                    URI.create(after("--server", flags)),
                                    after("--token", flags),
                                    after("--ca-fingerprint", flags),
                                    Optional.of("bench-" + i)),
                            Platforms.open("simulated", state, Clock.systemUTC(), System::nanoTime, () -> {})));
        }
        return identities;
    }

    private void awaitSecond(SecondGateway second, DeviceIdentity device, Path directory)
            throws IOException, InterruptedException, GeneralSecurityException {
        long until = System.nanoTime() + START_MS * 1_000_000;
        while (System.nanoTime() < until && second.isAlive()) {
            try {
                MqttSession.open(device, second.port()).close();
                return;
            } catch (IOException e) {
                Thread.sleep(500);
            }
        }
        throw new IOException("expected the second gateway to let a device in, found:\n"
                + Files.readString(directory.resolve("second.log")));
    }

    private static String after(String flag, List<String> flags) {
        return flags.get(flags.indexOf(flag) + 1);
    }
}
