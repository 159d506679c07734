package dev.muster.benchmarks;

import dev.muster.benchmarks.agent.AgentBenchmark;
import java.util.List;

/** {@code ./muster bench NAME [--quick] ...}. Exit codes: 0 also where a bar is missed, 1 not measured, 2 wrong use. */
public final class Main {
    private Main() {}

    /** Runs one benchmark and ends the process with its exit code. */
    public static void main(String[] args) throws Exception {
        List<String> words = List.of(args);
        if (words.isEmpty() || !words.getFirst().equals("agent")) {
            System.err.println("bench: expected `agent`, found `" + String.join(" ", words) + "`");
            System.exit(2);
        }
        System.exit(new AgentBenchmark(System.out).run(words.subList(1, words.size())));
    }
}
