package dev.muster.benchmarks.rollout;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.Report.Bar;
import dev.muster.benchmarks.RunningMuster;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.reported.ConditionState;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CPU of control plane and PostgreSQL for one rollout to every device, from the plan to the last report; list pages and the way
 * of one changed attribute into a running rollout at several sizes of the fleet. A Muster of its own, real PostgreSQL and
 * Kafka; devices are rows, what they say comes through Kafka. Linux only.
 */
public final class RolloutBenchmark {
    private static final int CALLS = 300;
    private static final int WARM = 50;
    private static final int CHANGES = 20;
    private static final int DOCUMENTS = 2_000;
    /** How many devices fetch in turn: a single one would make a pile of old rows under one key, which no fleet does. */
    private static final int FETCHING = 40;

    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final long LOOK_MS = 100;
    private static final long LOOK_CLOSELY_MS = 2;

    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();

    public RolloutBenchmark(PrintStream out) {
        this.out = out;
    }

    /** What a piece of work took. */
    private record Cost(double cpuSeconds, double postgresSeconds, double wallSeconds) {}

    /** Something to wait for or to do. */
    private interface Work {
        void run() throws IOException, InterruptedException, SQLException;
    }

    /** Measures; exit code 0 measured, 1 not measured, 2 wrong use. */
    public int run(List<String> words)
            throws IOException, InterruptedException, SQLException, GeneralSecurityException {
        boolean one = words.equals(List.of("--only", "rollout"));
        if (!words.isEmpty() && !words.equals(List.of("--quick")) && !one) {
            out.println("bench rollout: expected [--quick | --only rollout] and nothing else, found `"
                    + String.join(" ", words) + "`");
            return 2;
        }
        List<Long> sizes = words.isEmpty() ? List.of(1_000L, 10_000L, 100_000L) : List.of(1_000L, 10_000L);
        Path directory = Files.createTempDirectory("muster-bench");
        try (RunningMuster muster = RunningMuster.start(home, directory, out);
                BenchFleet fleet = new BenchFleet(muster)) {
            Report report = new Report("rollout");
            ServerCpu cpu = ServerCpu.below(muster.data());
            Cost idle = measure(cpu, () -> Thread.sleep(10_000));
            report.row("idle, per second", "ms CPU", List.of(idle.cpuSeconds() * 100), Bar.NONE);
            Map<String, Double> first = new LinkedHashMap<>();
            List<String> flags = RunningMuster.flagsIn(
                    fleet.post("/enrolment-tokens", Map.of("name", "bench", "uses", FETCHING, "expiresIn", "PT1H"))
                            .string("command"));
            List<BenchDevice> devices = new ArrayList<>();
            for (int number = 1; number <= FETCHING; number++) {
                devices.add(BenchDevice.enrol(flags, BenchFleet.device(number), directory.resolve("device-" + number)));
            }
            fleet.execute("update device set hardware = '" + BenchFleet.HARDWARE + "'");
            for (long size : sizes) {
                out.println(size + " devices ...");
                fleet.grow(size);
                if (!one) {
                    pages(report, fleet, size, first);
                    membership(report, fleet, cpu, size);
                }
            }
            boolean exact = wholeRollout(report, fleet, devices, cpu, sizes.getLast());
            report.note("devices are rows but for " + FETCHING
                    + ", which fetch in turn what the director signs for them, each over"
                    + " one connection; TLS handshakes and the download are not in these figures");
            report.note("no peer: none of them is in the package registry as a server");
            report.print(out);
            if (!one) {
                out.println("written to " + report.write(home));
            }
            return exact ? 0 : 1;
        } finally {
            AtomicFiles.deleteTree(directory);
        }
    }

    private void pages(Report report, BenchFleet fleet, long size, Map<String, Double> first)
            throws IOException, InterruptedException {
        for (String path : List.of(
                "/devices?limit=25",
                "/devices?limit=25&q=hardware%3D%3D" + BenchFleet.HARDWARE,
                "/groups?limit=25",
                "/rollouts?limit=25",
                "/audit?limit=25",
                "/fleet")) {
            double[] millis = new double[CALLS];
            for (int call = -WARM; call < CALLS; call++) {
                long begin = System.nanoTime();
                fleet.get(path);
                if (call >= 0) {
                    millis[call] = (System.nanoTime() - begin) / 1e6;
                }
            }
            Arrays.sort(millis);
            double p99 = millis[CALLS * 99 / 100];
            String name = "GET " + path + " at " + size;
            report.row(name + ", p50", "ms wall", List.of(millis[CALLS / 2]), Bar.NONE);
            Double small = first.putIfAbsent(path, p99);
            report.row(name + ", p99", "ms wall", List.of(p99), small == null ? Bar.NONE : new Bar.AtMost(2 * small));
        }
    }

    /** A device tells a fact, which makes it a member of a group, which brings it into a running rollout. */
    private void membership(Report report, BenchFleet fleet, ServerCpu cpu, long size)
            throws IOException, InterruptedException, SQLException {
        String fact = "bench-" + size;
        fleet.post("/groups", Map.of("name", fact, "query", "fact." + fact + "==in"));
        long device = 1;
        fleet.tell(device, Map.of(fact, "in"));
        await(LOOK_MS, () -> fleet.number("select count(*) from device_group_member where name = '" + fact + "'"), 1);
        String rollout = fleet.post(
                        "/rollouts",
                        Map.of(
                                "name",
                                fact,
                                "release",
                                release(fleet, fact, image(fleet, fact)),
                                "selector",
                                "group==" + fact,
                                "newcomers",
                                true))
                .string("id");
        List<Double> wall = new ArrayList<>();
        double before = cpu.seconds();
        for (int change = 0; change < CHANGES; change++) {
            device++;
            String row = "select count(*) from rollout_device where rollout = '" + rollout + "' and device = '"
                    + BenchFleet.device(device) + "'";
            long begin = System.nanoTime();
            fleet.tell(device, Map.of(fact, "in"));
            await(LOOK_CLOSELY_MS, () -> fleet.number(row), 1);
            wall.add((System.nanoTime() - begin) / 1e6);
        }
        report.row("changed fact to row of a running rollout at " + size, "ms wall", wall, new Bar.AtMost(1_000));
        report.row(
                "the same, with the looks of this benchmark, at " + size,
                "ms CPU",
                List.of((cpu.seconds() - before) * 1_000 / CHANGES),
                Bar.NONE);
        fleet.post("/rollouts/" + rollout + "/abort", Map.of());
    }

    private boolean wholeRollout(Report report, BenchFleet fleet, List<BenchDevice> devices, ServerCpu cpu, long size)
            throws IOException, InterruptedException, SQLException {
        String sha256 = image(fleet, "all");
        String release = release(fleet, "all", sha256);
        // Aborted rollouts have handed out nothing but to their few devices, whose generations moved.
        fleet.execute("update device set generation = 0 where generation > 0");
        String[] id = {""};
        Cost plan = measure(
                cpu,
                () -> id[0] = fleet.post(
                                "/rollouts", Map.of("name", "all", "release", release, "selector", "", "start", false))
                        .string("id"));
        report.row("plan a rollout to " + size, "s CPU", List.of(plan.cpuSeconds()), new Bar.AtMost(10));
        report.row("plan a rollout to " + size, "s wall", List.of(plan.wallSeconds()), Bar.NONE);

        Cost first = measure(cpu, () -> {
            fleet.greetAll(size);
            await(LOOK_MS, () -> fleet.number("select count(*) from reported_state"), size);
        });
        each(report, "first report of a device ever", first, size, Bar.NONE);
        Cost starts = measure(cpu, () -> {
            fleet.post("/rollouts/" + id[0] + "/start", Map.of());
            await(LOOK_MS, () -> fleet.number(counter("started", id[0])), size);
        });
        each(report, "start of a device", starts, size, new Bar.AtMost(0.4));
        Cost accepted = measure(cpu, () -> {
            fleet.tellAll(size, ConditionState.FETCHING, sha256);
            await(LOOK_MS, () -> fleet.number(counter("accepted", id[0])), size);
        });
        each(report, "feedback: accepted", accepted, size, new Bar.AtMost(0.2));
        Cost succeeded = measure(cpu, () -> {
            fleet.tellAll(size, ConditionState.COMMITTED, sha256);
            await(LOOK_MS, () -> fleet.number(counter("succeeded", id[0])), size);
        });
        each(report, "feedback: succeeded", succeeded, size, new Bar.AtMost(0.2));
        boolean exact = isExact(fleet, id[0], size);
        // A server that just started still compiles itself; a fleet meets that once, not with every device.
        Cost cold = measure(cpu, () -> documents(fleet, devices));
        Cost warm = measure(cpu, () -> documents(fleet, devices));
        Cost documents = measure(cpu, () -> documents(fleet, devices));
        each(report, "a director's document signed and fetched, the first " + DOCUMENTS, cold, DOCUMENTS, Bar.NONE);
        each(report, "a director's document signed and fetched, the next " + DOCUMENTS, warm, DOCUMENTS, Bar.NONE);
        each(report, "a director's document signed and fetched, the next after", documents, DOCUMENTS, Bar.NONE);
        report.row(
                "a device's update: start, document, both reports",
                "ms CPU",
                List.of((starts.cpuSeconds() + accepted.cpuSeconds() + succeeded.cpuSeconds()) * 1_000 / size
                        + documents.cpuSeconds() * 1_000 / DOCUMENTS),
                new Bar.AtMost(2));
        return exact;
    }

    private static void documents(BenchFleet fleet, List<BenchDevice> devices) throws SQLException, IOException {
        for (int round = 0; round < DOCUMENTS / devices.size(); round++) {
            fleet.execute("update device set generation = generation + 1 where id <= '"
                    + BenchFleet.device(devices.size()) + "'");
            for (BenchDevice device : devices) {
                device.fetch();
            }
        }
    }

    private boolean isExact(BenchFleet fleet, String rollout, long size)
            throws IOException, InterruptedException, SQLException {
        long rows = fleet.number(
                "select count(*) from rollout_device where state = 'succeeded' and rollout = '" + rollout + "'");
        JsonObject total = fleet.get("/rollouts/" + rollout).object("total");
        boolean exact = rows == size && total.number("succeeded") == size && total.number("size") == size;
        out.println("counters at the end: " + (exact ? "exact" : "WRONG: " + total.members() + ", rows " + rows));
        return exact;
    }

    private static String counter(String state, String rollout) {
        return "select sum(" + state + ") from rollout_wave where rollout = '" + rollout + "'";
    }

    private static void each(Report report, String what, Cost cost, long size, Bar bar) {
        report.row(what, "ms CPU", List.of(cost.cpuSeconds() * 1_000 / size), bar);
        report.row(what + ", of that PostgreSQL", "ms CPU", List.of(cost.postgresSeconds() * 1_000 / size), Bar.NONE);
        report.row(what, "ms wall", List.of(cost.wallSeconds() * 1_000 / size), Bar.NONE);
    }

    private static String image(BenchFleet fleet, String name) throws IOException, InterruptedException {
        return fleet.upload(
                        "/artifacts?kind=image&name=" + name + "&hardware=" + BenchFleet.HARDWARE
                                + "&version=2.0.0&releaseCounter=2",
                        ("image " + name).getBytes(StandardCharsets.UTF_8))
                .string("sha256");
    }

    private static String release(BenchFleet fleet, String name, String sha256)
            throws IOException, InterruptedException {
        return fleet.post(
                        "/releases",
                        Map.of("name", name, "version", "2.0.0", "targets", List.of(Map.of("sha256", sha256))))
                .string("id");
    }

    private static Cost measure(ServerCpu cpu, Work work) throws IOException, InterruptedException, SQLException {
        double before = cpu.seconds();
        double postgres = cpu.postgresSeconds();
        long begin = System.nanoTime();
        work.run();
        return new Cost(cpu.seconds() - before, cpu.postgresSeconds() - postgres, (System.nanoTime() - begin) / 1e9);
    }

    /** A number that the database tells. */
    private interface Looked {
        long at() throws SQLException;
    }

    private static void await(long everyMs, Looked looked, long wanted)
            throws IOException, InterruptedException, SQLException {
        long end = System.nanoTime() + LONGEST.toNanos();
        long found = looked.at();
        while (found != wanted) {
            if (System.nanoTime() > end) {
                throw new IOException("expected " + wanted + " within " + LONGEST + ", found " + found);
            }
            Thread.sleep(everyMs);
            found = looked.at();
        }
    }
}
