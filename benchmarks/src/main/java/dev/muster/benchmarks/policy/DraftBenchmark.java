package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.policy.compile.Impact;
import dev.muster.policy.model.PolicySnapshot;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * From a draft to the full answer: what changes for 100,000 devices in 50 profiles of 200 apps each, documents compiled on
 * both sides, changes in words and added up. The engine's part: no YAML, no database.
 */
@NullUnmarked
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class DraftBenchmark {
    private static final int PROFILES = 50;
    private static final int APPS = 200;
    private static final int DEVICES = 100_000;

    @Param("W1")
    public Kind kind;

    private Impact impact;
    private PolicySnapshot before;
    private PolicySnapshot after;
    private List<Impact.Profile> profiles;

    @Setup
    public void prepare() {
        Workload workload = new Workload(PROFILES * APPS, kind, 1);
        impact = new Impact();
        before = Fleet.policy(workload);
        after = Fleet.draft(workload);
        profiles = IntStream.range(0, PROFILES)
                .mapToObj(profile -> new Impact.Profile(
                        Fleet.profile(workload, profile * APPS, (profile + 1) * APPS), DEVICES / PROFILES))
                .toList();
    }

    @Benchmark
    public List<Impact.Summary> answer() {
        return impact.between(before, after, profiles);
    }
}
