package dev.muster.benchmarks.ddi;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.Report.Bar;
import dev.muster.benchmarks.RunningMuster;
import dev.muster.benchmarks.rollout.BenchFleet;
import dev.muster.benchmarks.rollout.ServerCpu;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * CPU of control plane and PostgreSQL for a base poll of hawkBit's clients, and the server's memory over many of them. A
 * Muster of its own; devices are rows, polls are real HTTP over kept connections, each by another device in turn, each
 * within the batch that writes when clients asked last. Linux only.
 */
public final class DdiBenchmark {
    private static final String TOKEN = "gateway-token-of-the-bench";
    private static final int CLIENTS = 8;
    private static final int DDI = 7;
    private static final long IDLE_SECONDS = 10;
    private static final double MOST_CPU_MS = 0.5;
    private static final double MOST_GROWTH = 1.1;

    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();

    public DdiBenchmark(PrintStream out) {
        this.out = out;
    }

    /** Measures; exit code 0 measured, 1 not measured, 2 wrong use. */
    public int run(List<String> words) throws IOException, InterruptedException, SQLException, ExecutionException {
        if (!words.isEmpty() && !words.equals(List.of("--quick"))) {
            out.println("bench ddi: expected [--quick] and nothing else, found `" + String.join(" ", words) + "`");
            return 2;
        }
        boolean quick = !words.isEmpty();
        int fleetSize = quick ? 10_000 : 100_000;
        int round = quick ? 10_000 : 100_000;
        int rounds = quick ? 4 : 10;
        Path directory = Files.createTempDirectory("muster-bench");
        try (RunningMuster muster = RunningMuster.start(home, directory, out);
                BenchFleet fleet = new BenchFleet(muster)) {
            fleet.grow(fleetSize);
            fleet.execute("insert into ddi_device (tenant, controller, device, attributes_wanted, agent, address)"
                    + " select tenant, id, id, false, 'bench', '127.0.0.1' from device");
            fleet.execute("insert into ddi_access (tenant, enabled, gateway_token) values ('default', true, sha256('"
                    + TOKEN + "'))");
            fleet.execute("analyze");
            Report report = new Report("ddi");
            ServerCpu cpu = ServerCpu.below(muster.data());
            report.row("idle, per second", "ms CPU", List.of(idle(cpu)), Bar.NONE);
            measure(report, muster, cpu, fleetSize, round, rounds);
            report.note(
                    "no peer runs here: hawkBit is in no package registry as a server; measured elsewhere: 8.4 ms, 782 MB");
            report.print(out);
            out.println("written to " + report.write(home));
            return 0;
        } finally {
            AtomicFiles.deleteTree(directory);
        }
    }

    /** Milliseconds of CPU a second while nobody asks anything. */
    private static double idle(ServerCpu cpu) throws InterruptedException, ExecutionException {
        double before = cpu.seconds();
        try (ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor()) {
            double after =
                    later.schedule(cpu::seconds, IDLE_SECONDS, TimeUnit.SECONDS).get();
            return (after - before) * 1_000 / IDLE_SECONDS;
        }
    }

    private void measure(Report report, RunningMuster muster, ServerCpu cpu, int fleetSize, int round, int rounds)
            throws IOException, InterruptedException, ExecutionException {
        String base = "http://127.0.0.1:" + muster.port(DDI) + "/DEFAULT/controller/v1/";
        List<Double> costs = new ArrayList<>();
        List<Double> memory = new ArrayList<>();
        List<Double> live = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            double before = cpu.seconds();
            long begin = System.nanoTime();
            polls(base, fleetSize, round);
            double seconds = (System.nanoTime() - begin) / 1e9;
            double cost = (cpu.seconds() - before) * 1_000 / round;
            memory.add(cpu.serverMegabytes());
            live.add(cpu.liveMegabytes());
            out.printf(
                    "%d polls: %.3f ms CPU each, %.0f polls/s, %.0f MB, %.1f MB live%n",
                    (i + 1) * round, cost, round / seconds, memory.getLast(), live.getLast());
            if (i == 0) {
                report.row("base poll, the first " + round + " after the start", "ms CPU", List.of(cost), Bar.NONE);
            } else {
                costs.add(cost);
            }
        }
        report.row("base poll at " + fleetSize + " devices", "ms CPU", costs, new Bar.AtMost(MOST_CPU_MS));
        report.row("heap of the server after a collection, each " + round + " polls", "MB", live, Bar.NONE);
        report.row(
                "the same after the last round over that after the second",
                "ratio",
                List.of(live.getLast() / live.get(1)),
                new Bar.AtMost(MOST_GROWTH));
        report.row("memory of the server's process", "MB", memory, Bar.NONE);
    }

    private static void polls(String base, int fleetSize, int count) throws InterruptedException, ExecutionException {
        try (HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int first = client;
                done.add(clients.submit(() -> {
                    for (int i = first; i < count; i += CLIENTS) {
                        poll(http, base + BenchFleet.device(i % fleetSize + 1L));
                    }
                    return true;
                }));
            }
            for (Future<Boolean> each : done) {
                each.get();
            }
        }
    }

    private static void poll(HttpClient http, String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "GatewayToken " + TOKEN)
                .header("Accept", "application/hal+json")
                .header("User-Agent", "bench")
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("expected 200, found " + answer.statusCode() + " " + answer.body());
        }
    }
}
