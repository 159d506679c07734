package dev.muster.benchmarks.agent;

import dev.muster.agent.config.Arguments;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.RunningMuster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * How much of a small device the agent takes, as it ships, enrolled and connected, beside peers in the same run:
 * proportional and anonymous memory after a settling time, CPU to start and connect, CPU while idle, bytes on disk.
 * Linux only.
 */
public final class AgentBenchmark {
    private static final Set<String> SERVER = Set.of("server", "token", "ca-fingerprint");
    private static final Set<String> PARTS = Set.of("agent", "packaged", "policy", "wire", "paho", "swupdate");
    private static final OptionalDouble NO_BAR = OptionalDouble.empty();

    // Of what Mender's client takes, in the same run.
    private static final double PSS = 2;
    private static final double ANONYMOUS = 1.25;

    // As in the script muster-agent, for the peer that is a JVM too.
    private static final List<String> SMALL = List.of(
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UseSerialGC",
            "-Xms2m",
            "-Xmx16m",
            "-Xss228k",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=4",
            "-XX:-UsePerfData",
            "-XX:ArchiveRelocationMode=0",
            "-XX:StringTableSize=1024",
            "-XX:TrimNativeHeapInterval=30000",
            "-XX:AsyncDeflationInterval=30000",
            "-XX:ServiceThreadCleanupInterval=30000",
            "-Xlog:cds=off",
            "-Xlog:cds+dynamic=off");

    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();
    private final Path agent = home.resolve("device-agent/target");

    public AgentBenchmark(PrintStream out) {
        this.out = out;
    }

    /** What one trial saw. */
    private record Trial(double pssMb, double anonymousMb, double startCpu, double idleCpuPercent) {}

    /**
     * How long to look.
     *
     * @param settleSeconds between being connected and the measurement: what a start leaves behind is over by then
     * @param idleSeconds over which idle CPU is counted
     * @param wireSeconds over which bytes of a session are counted
     */
    private record Plan(int trials, int settleSeconds, int idleSeconds, int wireSeconds) {
        static final Plan QUICK = new Plan(1, 30, 40, 130);
        static final Plan FULL = new Plan(3, 60, 60, 300);
    }

    /** Measures; exit code 0 measured, 1 not measured, 2 wrong use. */
    public int run(List<String> words) throws IOException, InterruptedException {
        Plan plan = words.contains("--quick") ? Plan.QUICK : Plan.FULL;
        Set<String> parts = new TreeSet<>(words);
        parts.retainAll(PARTS);
        List<String> flags = words.stream()
                .filter(word -> !word.equals("--quick") && !parts.contains(word))
                .toList();
        try {
            Arguments arguments = Arguments.parse(flags, SERVER);
            if (!flags.isEmpty()) {
                SERVER.forEach(arguments::require);
            }
        } catch (IllegalArgumentException e) {
            out.println("bench agent: " + e.getMessage());
            out.println(
                    "bench agent: expected [--quick], any of `agent`, `packaged`, `policy`, `wire`, `paho`, `swupdate` (all"
                            + " without one), and where another Muster is to be used --server https://HOST:PORT --token T"
                            + " --ca-fingerprint sha256:HEX");
            return 2;
        }
        Path directory = Files.createTempDirectory("muster-bench");
        try {
            if (!flags.isEmpty()) {
                return measure(plan, parts, flags, Optional.empty(), directory);
            }
            try (RunningMuster own = RunningMuster.start(home, directory, out)) {
                return measure(plan, parts, own.enrolFlags(), Optional.of(own), directory);
            }
        } finally {
            AtomicFiles.deleteTree(directory);
        }
    }

    private int measure(
            Plan plan, Set<String> asked, List<String> enrolFlags, Optional<RunningMuster> own, Path directory)
            throws IOException, InterruptedException {
        Set<String> parts = asked.isEmpty() ? PARTS : asked;
        MusterAgent muster = new MusterAgent("muster-agent", home.resolve("muster-agent"), directory);
        if (!muster.enrol(enrolFlags)) {
            return 1;
        }
        Report report = new Report("agent");
        // First: two of our bars are multiples of what it takes.
        Optional<MenderClient> mender = MenderClient.find(directory);
        List<Trial> menders = mender.isPresent() ? trials(plan, mender.get()) : List.of();
        if (mender.isPresent()) {
            rows(report, mender.get(), menders, Bars.NONE);
        } else {
            out.println(
                    "no mender on the PATH (`apt-get install mender-client`): that peer is left out, and with it the"
                            + " bars of memory");
        }
        Bars bars = new Bars(
                multiple(PSS, menders, Trial::pssMb),
                multiple(ANONYMOUS, menders, Trial::anonymousMb),
                OptionalDouble.of(0.8),
                OptionalDouble.of(0.1));
        if (parts.contains("agent")) {
            rows(report, muster, trials(plan, muster), bars);
            report.row(
                    "agent and libraries on disk",
                    "MB",
                    List.of(megabytes(
                            Files.size(agent.resolve("device-agent.jar")) + sizeOf(agent.resolve("lib"), ".jar"))),
                    NO_BAR);
            report.row("class archive on disk", "MB", List.of(megabytes(sizeOf(agent, ".jsa"))), NO_BAR);
        }
        Optional<Packaged> packaged =
                parts.contains("packaged") ? Packaged.make(home, directory, out) : Optional.empty();
        if (packaged.isPresent()) {
            MusterAgent shipped =
                    new MusterAgent("muster-agent as packaged", packaged.get().program(), directory);
            rows(report, shipped, trials(plan, shipped), bars);
            packaged.get().rows(report);
        }
        if (own.isPresent()) {
            duties(plan, parts, muster, own.get(), bars, report);
        } else {
            out.println(
                    "another's Muster: what the agent takes with a policy and settings, and on the wire, is left out");
        }
        if (parts.contains("paho")) {
            PahoAlone paho = new PahoAlone(directory, muster.state(), SMALL);
            rows(report, paho, trials(plan, paho), Bars.NONE);
        }
        if (parts.contains("swupdate")) {
            swupdate(plan, directory, report);
        }
        report.print(out);
        if (asked.isEmpty()) {
            out.println("written to " + report.write(home));
        }
        return 0;
    }

    private void duties(Plan plan, Set<String> parts, MusterAgent agent, RunningMuster muster, Bars bars, Report report)
            throws IOException, InterruptedException {
        if (!parts.contains("policy") && !parts.contains("wire")) {
            return;
        }
        MusterAgent busy =
                new MusterAgent("muster-agent that holds a policy and settings", agent.program(), agent.directory());
        Duties duties = new Duties(muster, agent.directory());
        duties.giveTo(busy);
        if (parts.contains("policy")) {
            rows(report, busy, trials(plan, busy), bars);
        }
        if (parts.contains("wire")) {
            new WireBytes(plan.wireSeconds(), out).measure(busy, duties, report);
        }
    }

    private void swupdate(Plan plan, Path directory, Report report) throws IOException, InterruptedException {
        Optional<Swupdate> installed = Swupdate.find(directory);
        if (installed.isPresent()) {
            try (Swupdate swupdate = installed.get()) {
                rows(report, swupdate, trials(plan, swupdate), Bars.NONE);
            }
        } else {
            out.println(
                    "no swupdate or openssl on the PATH (`apt-get install swupdate openssl`): that peer is left out");
        }
    }

    /** The most that is good, in the order of the rows. */
    private record Bars(OptionalDouble pss, OptionalDouble anonymous, OptionalDouble start, OptionalDouble idle) {
        static final Bars NONE = new Bars(NO_BAR, NO_BAR, NO_BAR, NO_BAR);
    }

    private static OptionalDouble multiple(double factor, List<Trial> peer, ToDoubleFunction<Trial> value) {
        double[] sorted = peer.stream().mapToDouble(value).sorted().toArray();
        return sorted.length == 0 ? NO_BAR : OptionalDouble.of(factor * sorted[sorted.length / 2]);
    }

    private static void rows(Report report, Subject subject, List<Trial> trials, Bars bars) {
        String of = subject.name() + ": ";
        report.row(of + "idle PSS", "MB", values(trials, Trial::pssMb), bars.pss());
        report.row(of + "idle anonymous memory", "MB", values(trials, Trial::anonymousMb), bars.anonymous());
        report.row(of + "CPU to start", "s", values(trials, Trial::startCpu), bars.start());
        report.row(of + "idle CPU", "% of a core", values(trials, Trial::idleCpuPercent), bars.idle());
    }

    private List<Trial> trials(Plan plan, Subject subject) throws IOException, InterruptedException {
        out.println("measuring " + subject.name() + " ...");
        // The first run leaves behind what later ones find: page cache, and a class archive of what was used until its
        // end.
        Process first = subject.start();
        TimeUnit.SECONDS.sleep(plan.settleSeconds());
        stop(first);
        List<Trial> trials = new ArrayList<>();
        for (int i = 0; i < plan.trials(); i++) {
            Process process = subject.start();
            try {
                trials.add(trial(plan, new Footprint(process.toHandle())));
            } finally {
                stop(process);
            }
        }
        return trials;
    }

    private static Trial trial(Plan plan, Footprint footprint) throws IOException, InterruptedException {
        double startCpu = footprint.cpuSeconds();
        TimeUnit.SECONDS.sleep(plan.settleSeconds());
        double before = footprint.cpuSeconds();
        TimeUnit.SECONDS.sleep(plan.idleSeconds());
        double idle = (footprint.cpuSeconds() - before) / plan.idleSeconds() * 100;
        return new Trial(footprint.pssMb(), footprint.anonymousMb(), startCpu, idle);
    }

    private static void stop(Process process) throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** Bytes of the files directly in {@code folder} whose names end so. */
    private static long sizeOf(Path folder, String ending) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    (Iterable<Path>) files.filter(name -> name.toString().endsWith(ending))::iterator) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static double megabytes(long bytes) {
        return bytes / 1e6;
    }

    private static List<Double> values(List<Trial> trials, ToDoubleFunction<Trial> value) {
        return trials.stream().mapToDouble(value).boxed().toList();
    }
}
