package dev.muster.benchmarks.cli;

import dev.muster.benchmarks.ProcessCpu;
import dev.muster.benchmarks.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a verb takes from the start of its process to its end: time and CPU of the launcher, and of the JVM alone with the class
 * archive that the launcher makes and without one. The verb that asks a server is refused by a port of nobody's.
 */
public final class CliBenchmark {
    private static final int RUNS = 21;
    private static final int QUICK_RUNS = 3;
    private static final List<String> VERSION = List.of("--version");
    private static final List<String> ASKING = List.of("devices", "list", "--server", "http://127.0.0.1:0");
    /** As the launcher does: older ones do not know the option. */
    private static final int FIRST_THAT_WARNS = 24;

    private static final double NANOS_PER_MILLI = 1e6;

    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();

    public CliBenchmark(PrintStream out) {
        this.out = out;
    }

    /** Measures, prints and writes {@code results/cli.json}; 2 for words that it does not know. */
    public int run(List<String> words) throws IOException, InterruptedException {
        if (!words.isEmpty() && !words.equals(List.of("--quick"))) {
            out.println("bench cli: expected `--quick` or nothing, found `" + String.join(" ", words) + "`");
            return 2;
        }
        int runs = words.isEmpty() ? RUNS : QUICK_RUNS;
        Report report = new Report("cli");
        String launcher = home.resolve("muster").toString();
        // The first call makes the archive.
        time(List.of(launcher), VERSION);
        measure(report, "muster --version", runs, List.of(launcher), VERSION);
        measure(report, "muster devices list", runs, List.of(launcher), ASKING);
        Optional<Path> archive = archive();
        if (archive.isPresent()) {
            measure(report, "JVM, archive", runs, java("-XX:SharedArchiveFile=" + archive.get()), ASKING);
        } else {
            report.note("the launcher made no class archive here");
        }
        measure(report, "JVM, no archive", runs, java("-Xshare:auto"), ASKING);
        report.print(out);
        out.println("written to " + report.write(home));
        return 0;
    }

    private List<String> java(String option) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                option,
                "-Xlog:disable"));
        if (Runtime.version().feature() >= FIRST_THAT_WARNS) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-jar", home.resolve("cli/target/muster-cli.jar").toString()));
        return command;
    }

    private void measure(Report report, String what, int runs, List<String> program, List<String> words)
            throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        List<Double> cpu = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            double before = ProcessCpu.ofChildren(ProcessHandle.current().pid());
            millis.add(time(program, words));
            cpu.add(ProcessCpu.ofChildren(ProcessHandle.current().pid()) - before);
        }
        report.row(what + ", time", "ms", millis, Report.Bar.NONE);
        report.row(what + ", CPU", "s", cpu, Report.Bar.NONE);
    }

    private double time(List<String> program, List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(program);
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        builder.environment().put("MUSTER_TOKEN", "none");
        builder.environment().put("MUSTER_NO_BUILD", "1");
        long begun = System.nanoTime();
        builder.start().waitFor();
        return (System.nanoTime() - begun) / NANOS_PER_MILLI;
    }

    private Optional<Path> archive() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("cli/target"))) {
            return files.filter(file -> file.getFileName().toString().matches("muster-cli-.*\\.jsa"))
                    .findFirst();
        }
    }
}
