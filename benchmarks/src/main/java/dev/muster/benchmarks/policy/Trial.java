package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.policy.Figures.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One JMH benchmark with its parameters, run in a process of its own.
 *
 * @param name of its figures
 * @param method of which benchmark
 * @param parameters by name
 */
record Trial(String name, Method method, Map<String, String> parameters) {
    private static final String HEAP = "-Xmx2g";

    /** A method of a benchmark class. */
    record Method(Class<?> owner, String name) {}

    /** How long and how often. */
    record Effort(int warmups, int measurements, int millis) {}

    Trial {
        parameters = Map.copyOf(parameters);
    }

    static Trial of(String name, Class<?> owner, String method) {
        return new Trial(name, new Method(owner, method), Map.of());
    }

    /** The same with one more parameter. */
    Trial with(String parameter, Object value) {
        Map<String, String> more = new LinkedHashMap<>(parameters);
        more.put(parameter, value.toString());
        return new Trial(name, method, more);
    }

    /** The value of a parameter. */
    String text(String parameter) {
        return Objects.requireNonNull(parameters.get(parameter), parameter);
    }

    int number(String parameter) {
        return Integer.parseInt(text(parameter));
    }

    /**
     * Runs it once.
     *
     * @param classPath of the process it runs in
     * @throws RunnerException when it failed or an answer was wrong
     */
    Figure run(Effort effort, String classPath, List<String> jvmArguments) throws RunnerException {
        List<String> arguments =
                new ArrayList<>(List.of(HEAP, "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 23) {
            // JMH and protobuf still use it; the warnings of every fork would drown the table.
            arguments.add("--sun-misc-unsafe-memory-access=allow");
        }
        arguments.addAll(jvmArguments);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + method.owner().getName().replace(".", "\\.") + "\\." + method.name() + "$")
                .forks(1)
                .warmupIterations(effort.warmups())
                .warmupTime(TimeValue.milliseconds(effort.millis()))
                .measurementIterations(effort.measurements())
                .measurementTime(TimeValue.milliseconds(effort.millis()))
                .timeUnit(TimeUnit.NANOSECONDS)
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .jvmArgs(arguments.toArray(String[]::new));
        parameters.forEach(options::param);
        // A fork inherits the class path of the process that starts it; the peers are on that of forks only.
        String own = System.setProperty("java.class.path", classPath);
        try {
            BenchmarkResult result = new Runner(options.build()).runSingle().getAggregatedResult();
            return new Figure(
                    result.getPrimaryResult().getScore(),
                    secondary(result, CpuProfiler.LABEL),
                    secondary(result, "gc.alloc.rate.norm"));
        } finally {
            System.setProperty("java.class.path", own);
        }
    }

    @SuppressWarnings("rawtypes") // JMH's signature
    private static double secondary(BenchmarkResult result, String label) {
        for (Map.Entry<String, Result> entry : result.getSecondaryResults().entrySet()) {
            if (entry.getKey().endsWith(label)) {
                return entry.getValue().getScore();
            }
        }
        throw new IllegalStateException("result `" + label + "` expected, found "
                + result.getSecondaryResults().keySet());
    }
}
