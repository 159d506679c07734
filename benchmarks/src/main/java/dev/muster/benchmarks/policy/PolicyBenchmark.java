package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.Report.Bar;
import dev.muster.benchmarks.policy.Figures.Figure;
import dev.muster.benchmarks.policy.Trial.Effort;
import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.policy.compile.BundleCompiler;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.RunnerException;

/**
 * {@code ./muster bench policy [--quick] [--rounds N] [--only TEXT]}: runs the plan, prints the tables and writes
 * {@code results/policy.json}. With {@code --only} it runs what has the text in its name, and writes nothing.
 */
public final class PolicyBenchmark {
    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();

    public PolicyBenchmark(PrintStream out) {
        this.out = out;
    }

    /** Measures; exit code 0 measured, 1 not measured, 2 wrong use. */
    public int run(List<String> words) throws IOException, InterruptedException {
        Plan plan = words.contains("--quick") ? Plan.quick() : Plan.full();
        boolean some = false;
        Iterator<String> rest =
                words.stream().filter(word -> !word.equals("--quick")).iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            String value = rest.hasNext() ? rest.next() : "";
            if (word.equals("--only") && !value.isEmpty()) {
                plan = plan.only(value);
                some = true;
            } else if (word.equals("--rounds") && value.matches("[1-9][0-9]?")) {
                plan = plan.rounds(Integer.parseInt(value));
            } else {
                out.println("bench policy: expected [--quick] [--rounds 1 to 99] [--only TEXT], found `"
                        + String.join(" ", words) + "`");
                return 2;
            }
        }
        Path bundles = Files.createTempDirectory("muster-bench");
        try {
            Figures figures = measure(plan, bundles);
            new FigureTable(figures).print(out);
            Report report = new PolicyReport(plan, figures).report();
            report.row("bundle of a device with 200 apps, W1", "KiB", List.of(bundleKib(Kind.W1)), new Bar.AtMost(32));
            report.row("bundle of a device with 200 apps, W2", "KiB", List.of(bundleKib(Kind.W2)), new Bar.AtMost(32));
            report.printBars(out);
            if (!some) {
                out.println("written to " + report.write(home));
            }
            return 0;
        } catch (RunnerException e) {
            out.println("bench policy: not measured: " + e.getMessage());
            return 1;
        } finally {
            deleteTree(bundles);
        }
    }

    private Figures measure(Plan plan, Path bundles) throws IOException, RunnerException {
        long started = System.nanoTime();
        System.setProperty(Compiled.FOLDER, bundles.toString());
        Figures figures = new Figures();
        for (int round = 1; round <= plan.rounds(); round++) {
            List<Trial> questions = plan.questions();
            List<Trial> fleets = plan.fleets();
            int number = 0;
            for (Trial trial :
                    Stream.concat(questions.stream(), fleets.stream()).toList()) {
                prepare(trial);
                Effort effort = number < questions.size() ? plan.effort() : plan.heavy();
                Figure figure = trial.run(effort, classPath(), List.of("-D" + Compiled.FOLDER + "=" + bundles));
                figures.add(trial.name(), figure);
                number++;
                out.printf(
                        "[%4d s] round %d of %d, %2d of %d: %-48s CPU %,.1f ns, wall %,.1f ns, %,.2f B%n",
                        Duration.ofNanos(System.nanoTime() - started).toSeconds(),
                        round,
                        plan.rounds(),
                        number,
                        questions.size() + fleets.size(),
                        trial.name(),
                        figure.cpuNanos(),
                        figure.wallNanos(),
                        figure.bytes());
            }
        }
        return figures;
    }

    /** Compiles here what forks load, so that no fork asks with a heap and a compiler busy with something else. */
    private static void prepare(Trial trial) {
        if (trial.method().owner().equals(MusterBenchmark.class)) {
            Compiled.file(new Workload(trial.number("tokens"), Kind.valueOf(trial.text("kind")), 1));
        }
    }

    private static double bundleKib(Kind kind) {
        Workload workload = new Workload(Plan.DEVICE_APPS, kind, 1);
        return new BundleCompiler().compile(Fleet.policy(workload), Fleet.profile(workload)).length / 1024.0;
    }

    /** That of this process and of the peers, which the build wrote down. */
    private String classPath() throws IOException {
        Path peers = home.resolve("benchmarks/target/peers.classpath");
        if (!Files.exists(peers)) {
            throw new IOException("class path of the peers, `" + peers + "`, is missing: build the benchmarks first");
        }
        return System.getProperty("java.class.path")
                + File.pathSeparator
                + Files.readString(peers).strip();
    }

    private static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
