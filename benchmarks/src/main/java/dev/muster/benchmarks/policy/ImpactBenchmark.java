package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.compile.Difference;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Which decisions a draft changes, both policies compiled: every one is found, beside a bare XOR of two matrices. */
@NullUnmarked
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class ImpactBenchmark {
    @Param("100000")
    public int tokens;

    @Param("W1")
    public Kind kind;

    private long[] bitsBefore;
    private long[] bitsAfter;
    private Bundle before;
    private Bundle after;

    /** Compiles both and compares the number of changes with what two matrices say. */
    @Setup
    public void prepare() {
        Workload workload = new Workload(tokens, kind, 1);
        bitsBefore = Matrix.fill(workload, Matrix.grants(workload));
        bitsAfter = Matrix.fill(workload, Matrix.draftGrants(workload));
        before = Compiled.table(workload, Fleet.policy(workload));
        after = Compiled.table(workload, Fleet.draft(workload));
        if (ours() != rawXor() || rawXor() == 0) {
            throw new IllegalStateException("impact: " + rawXor() + " changed decisions expected, found " + ours());
        }
    }

    /** The limit: changed bits of two matrices, counted. */
    @Benchmark
    public long rawXor() {
        long changed = 0;
        for (int i = 0; i < bitsBefore.length; i++) {
            changed += Long.bitCount(bitsBefore[i] ^ bitsAfter[i]);
        }
        return changed;
    }

    /** Every changed decision visited, with what it was and what it is. */
    @Benchmark
    public long ours() {
        Count count = new Count();
        Difference.visit(before, after, count);
        return count.changed;
    }

    private static final class Count implements Difference.Visitor {
        private long changed;

        @Override
        public void changed(int row, int column, int shapeBefore, int shapeAfter) {
            changed++;
        }
    }
}
