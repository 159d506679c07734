package dev.muster.benchmarks.agent;

import dev.muster.agent.config.Arguments;
import dev.muster.agent.local.LocalClient;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.RunningMuster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One packaged agent with small-device flags, enrolled with a running Muster and connected over mTLS: proportional and
 * anonymous memory after a settling time, CPU to start and connect, CPU while idle, bytes on disk. Linux only.
 */
public final class AgentBenchmark {
    private static final int TICKS_PER_SECOND = 100; // USER_HZ, fixed on every Linux architecture that counts
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> SMALL = List.of(
            "-XX:+UseSerialGC",
            "-Xmx16m",
            "-Xms2m",
            "-XX:TieredStopAtLevel=1",
            "-Xss228k",
            "-XX:-UsePerfData",
            "-XX:TrimNativeHeapInterval=5000",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-XX:StringTableSize=1024");

    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();
    private final Path agent = home.resolve("device-agent/target");

    public AgentBenchmark(PrintStream out) {
        this.out = out;
    }

    /** What one trial saw. */
    private record Trial(double pssMb, double anonymousMb, double startCpu, double idleCpuPercent) {}

    /** Measures; exit code 0 measured, 1 not measured, 2 wrong use. */
    public int run(List<String> words) throws IOException, InterruptedException {
        boolean quick = words.contains("--quick");
        Arguments arguments;
        try {
            arguments = Arguments.parse(
                    words.stream().filter(word -> !word.equals("--quick")).toList(),
                    Set.of("server", "token", "ca-fingerprint"));
        } catch (IllegalArgumentException e) {
            out.println("bench agent: " + e.getMessage());
            out.println("bench agent: expected [--quick] and nothing else, or --server https://HOST:PORT --token T"
                    + " --ca-fingerprint sha256:HEX of a running Muster");
            return 2;
        }
        Path directory = Files.createTempDirectory("muster-bench");
        try {
            if (words.contains("--server")) {
                return measure(quick, arguments, directory);
            }
            try (RunningMuster own = RunningMuster.start(home, directory, out)) {
                return measure(
                        quick,
                        Arguments.parse(own.enrolFlags(), Set.of("server", "token", "ca-fingerprint")),
                        directory);
            }
        } finally {
            AtomicFiles.deleteTree(directory);
        }
    }

    private int measure(boolean quick, Arguments arguments, Path directory) throws IOException, InterruptedException {
        Path state = directory.resolve("state");
        Process enrolment = java(
                        directory,
                        List.of(),
                        "enrol",
                        "--server",
                        arguments.require("server"),
                        "--token",
                        arguments.require("token"),
                        "--ca-fingerprint",
                        arguments.require("ca-fingerprint"),
                        "--state",
                        state.toString())
                .inheritIO()
                .start();
        if (enrolment.waitFor() != 0) {
            return 1;
        }
        Path archive = directory.resolve("agent.jsa");
        Process training = start(directory, state, List.of("-XX:ArchiveClassesAtExit=" + archive));
        awaitConnected(training, state);
        stop(training);

        List<Trial> trials = new ArrayList<>();
        for (int i = 0; i < (quick ? 1 : 3); i++) {
            trials.add(trial(quick, directory, state, List.of("-XX:SharedArchiveFile=" + archive)));
        }
        Report report = new Report("agent");
        OptionalDouble none = OptionalDouble.empty();
        report.row("idle PSS", "MB", values(trials, Trial::pssMb), none);
        report.row("idle anonymous memory", "MB", values(trials, Trial::anonymousMb), none);
        report.row("CPU to start and connect", "s", values(trials, Trial::startCpu), OptionalDouble.of(0.8));
        report.row("idle CPU", "% of a core", values(trials, Trial::idleCpuPercent), OptionalDouble.of(0.1));
        report.row("agent and libraries on disk", "MB", List.of(megabytes(jars())), none);
        report.row("class archive on disk", "MB", List.of(megabytes(Files.size(archive))), none);
        report.print(out);
        out.println("written to " + report.write(home));
        return 0;
    }

    private Trial trial(boolean quick, Path directory, Path state, List<String> flags)
            throws IOException, InterruptedException {
        Process process = start(directory, state, flags);
        try {
            awaitConnected(process, state);
            double startCpu = cpuSeconds(process);
            TimeUnit.SECONDS.sleep(quick ? 5 : 20);
            double before = cpuSeconds(process);
            long seconds = quick ? 20 : 60;
            TimeUnit.SECONDS.sleep(seconds);
            double idle = (cpuSeconds(process) - before) / seconds * 100;
            return new Trial(rollup(process, "Pss:") / 1024.0, rollup(process, "Anonymous:") / 1024.0, startCpu, idle);
        } finally {
            stop(process);
        }
    }

    private Process start(Path directory, Path state, List<String> flags) throws IOException {
        return java(directory, flags, "run", "--state", state.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("agent.log").toFile()))
                .start();
    }

    private ProcessBuilder java(Path directory, List<String> flags, String... words) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SMALL);
        command.addAll(flags);
        command.add("-jar");
        command.add(agent.resolve("device-agent.jar").toString());
        command.addAll(List.of(words));
        return new ProcessBuilder(command).directory(directory.toFile());
    }

    private static void awaitConnected(Process process, Path state) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() < end) {
            try {
                if (LocalClient.ask(state.resolve("agent.sock"), Map.of("op", "status"))
                        .optionalFlag("connected")
                        .orElse(false)) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        process.destroyForcibly();
        throw new IOException("the agent did not connect within " + PATIENCE.toSeconds() + " s");
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private static double cpuSeconds(Process process) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        // Fields 14 and 15 of proc(5), counted behind the name in brackets, which may contain blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
    }

    private static double rollup(Process process, String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
            if (line.startsWith(field)) {
                return Double.parseDouble(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("expected `" + field + "` in smaps_rollup, found none");
    }

    private long jars() throws IOException {
        long bytes = Files.size(agent.resolve("device-agent.jar"));
        try (Stream<Path> files = Files.list(agent.resolve("lib"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static double megabytes(long bytes) {
        return bytes / 1e6;
    }

    private static List<Double> values(List<Trial> trials, java.util.function.ToDoubleFunction<Trial> value) {
        return trials.stream().mapToDouble(value).boxed().toList();
    }
}
