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
            default -> {
                System.err.println(
                        "bench: expected `agent`, `cli`, `console`, `ddi`, `delta`, `policy`, `rollout`, `scale`, `suspension` or `telemetry`, found `"
                                + String.join(" ", words) + "`");
                System.exit(2);
            }
        }
    }
}
