package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.benchmarks.policy.Workload.Questions;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
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

/** Ours: the answer with its reason and rule, from a loaded bundle. JMH sets the fields through {@link #prepare}. */
@NullUnmarked
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class MusterBenchmark {
    @Param("1000")
    public int tokens;

    @Param("W1")
    public Kind kind;

    @Param("65536")
    public int questions;

    private Bundle bundle;
    private PolicyInForce policy;
    private int[] row;
    private int[] permission;
    private AppKey[] app;
    private String[] name;
    private DecisionContext[] context;
    private int mask;
    private int next;

    /** Loads the bundle as a device would and compares answers, reasons and rules with the oracle's. */
    @Setup
    public void prepare() {
        Workload workload = new Workload(tokens, kind, questions);
        Path file = Compiled.file(workload);
        bundle = Compiled.load(file);
        policy = Compiled.inForce(file);
        Questions asked = workload.questions();
        row = IntStream.of(asked.token())
                .map(token -> bundle.row(Fleet.key(token)))
                .toArray();
        name = Names.permissions(asked);
        permission = IntStream.range(0, questions)
                .map(i -> bundle.permission(name[i]))
                .toArray();
        app = IntStream.of(asked.token()).mapToObj(Fleet::key).toArray(AppKey[]::new);
        context = Compiled.contexts(bundle, workload);
        mask = Cursor.mask(questions);
        check("by id", this::id, workload);
        check("by names", this::names, workload);
        check("in force", this::force, workload);
    }

    private void check(String title, IntToLongFunction answer, Workload workload) {
        Compiled.check(
                title, bundle, IntStream.range(0, questions).mapToLong(answer).toArray(), workload);
    }

    /** Asked by row and permission id. */
    @Benchmark
    public long byId() {
        return id(next++ & mask);
    }

    /** Asked by bundle name and permission name, of the bundle. */
    @Benchmark
    public long byNames() {
        return names(next++ & mask);
    }

    /** Asked by names of the policy in force, which also looks whether its lease still holds. */
    @Benchmark
    public long inForce() {
        return force(next++ & mask);
    }

    private long id(int i) {
        return bundle.verify(row[i], permission[i], LeaseState.HOLDS, context[i]);
    }

    private long names(int i) {
        return bundle.verify(bundle.row(app[i]), bundle.permission(name[i]), LeaseState.HOLDS, context[i]);
    }

    private long force(int i) {
        return policy.verify(app[i], name[i], context[i]);
    }
}
