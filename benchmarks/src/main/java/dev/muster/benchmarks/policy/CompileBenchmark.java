package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
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

/** Policy documents and inventory to bundle, beside the bare fill of the matrix. */
@NullUnmarked
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class CompileBenchmark {
    @Param("100000")
    public int tokens;

    @Param("W1")
    public Kind kind;

    private Workload workload;
    private long[][] grants;
    private PolicySnapshot policy;
    private DeviceProfile profile;
    private BundleCompiler compiler;

    @Setup
    public void prepare() {
        workload = new Workload(tokens, kind, 1);
        grants = Matrix.grants(workload);
        policy = Fleet.policy(workload);
        profile = Fleet.profile(workload);
        compiler = new BundleCompiler();
    }

    /** The limit: one bit per token and permission, from numbers. */
    @Benchmark
    public long[] bareFill() {
        return Matrix.fill(workload, grants);
    }

    /** From snapshot and profile to the bytes of the bundle. */
    @Benchmark
    public byte[] compile() {
        return compiler.compile(policy, profile);
    }
}
