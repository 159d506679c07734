package dev.muster.benchmarks;

import dev.muster.benchmarks.agent.AgentBenchmark;
import dev.muster.benchmarks.cli.CliBenchmark;
import dev.muster.benchmarks.console.ConsoleBenchmark;
import dev.muster.benchmarks.ddi.DdiBenchmark;
import dev.muster.benchmarks.delta.DeltaBenchmark;
import dev.muster.benchmarks.policy.PolicyBenchmark;
import dev.muster.benchmarks.rollout.RolloutBenchmark;
import dev.muster.benchmarks.scale.ScaleBenchmark;
import dev.muster.benchmarks.suspension.SuspensionBenchmark;
import dev.muster.benchmarks.telemetry.TelemetryBenchmark;
import java.util.List;

/** {@code ./muster bench NAME [--quick] ...}. Exit codes: 0 also where a bar is missed, 1 not measured, 2 wrong use. */
public final class Main {
    private static final String HELP = """
            Example: ./muster bench cli --quick
            Usage: ./muster bench NAME [--quick] ...
            Measures, prints a table and writes benchmarks/results/NAME.json; the machine should be idle.

              agent       memory, CPU and bytes of a packaged agent              about an hour, mostly waiting
              cli         what a verb takes to start                             a minute
              console     the console's pages in a browser, 100,000 devices
              ddi         polls of hawkBit's clients
              delta       bytes, CPU and memory of deltas beside others          a quarter of an hour
              policy      decisions, compiling and bundles beside others         25 minutes
              rollout     a rollout to 100,000 devices
              scale       20,000 devices on one gateway                          half an hour
              suspension  how fast a suspended device loses its session
              telemetry   devices to Kafka to PostgreSQL beside others           an hour

            --quick: a look while developing. What is measured and with which bars: benchmarks/README.md.
            """;

    private Main() {}

    /** Runs one benchmark and ends the process with its exit code. */
    public static void main(String[] args) throws Exception {
        List<String> words = List.of(args);
        List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
        switch (words.isEmpty() ? "" : words.getFirst()) {
            case "agent" -> System.exit(new AgentBenchmark(System.out).run(rest));
            case "cli" -> System.exit(new CliBenchmark(System.out).run(rest));
            case "console" -> System.exit(new ConsoleBenchmark(System.out).run(rest));
            case "ddi" -> System.exit(new DdiBenchmark(System.out).run(rest));
            case "delta" -> System.exit(new DeltaBenchmark(System.out).run(rest));
            case "policy" -> System.exit(new PolicyBenchmark(System.out).run(rest));
            case "rollout" -> System.exit(new RolloutBenchmark(System.out).run(rest));
            case "scale" -> System.exit(new ScaleBenchmark(System.out).run(rest));
            case "suspension" -> System.exit(new SuspensionBenchmark(System.out).run(rest));
            case "telemetry" -> System.exit(new TelemetryBenchmark(System.out).run(rest));
            case "--help", "-h" -> System.out.print(HELP);
            default -> {
                System.err.println(
                        "bench: expected `agent`, `cli`, `console`, `ddi`, `delta`, `policy`, `rollout`, `scale`, `suspension` or `telemetry`, found `"
                                + String.join(" ", words) + "`");
                System.exit(2);
            }
        }
    }
}
