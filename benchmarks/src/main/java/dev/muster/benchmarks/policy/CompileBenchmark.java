package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.compile.Inventory;
import dev.muster.policy.compile.TableCompiler;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.permission.PermissionCatalog;
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

/** Policy documents and apps to something that answers, beside the bare fill of the matrix. */
@NullUnmarked
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class CompileBenchmark {
    private static final int CHECKED = 4096;

    @Param("100000")
    public int tokens;

    @Param("W1")
    public Kind kind;

    private Workload workload;
    private long[][] grants;
    private PolicySnapshot policy;
    private DeviceProfile profile;
    private Inventory inventory;

    /** Compares answers, reasons and rules of the compiled table with the oracle's. */
    @Setup
    public void prepare() {
        workload = new Workload(tokens, kind, CHECKED);
        grants = Matrix.grants(workload);
        policy = Fleet.policy(workload);
        profile = Fleet.profile(workload);
        inventory = inventory();
        Compiled.check("table", table(), workload);
    }

    /** The limit: one bit per token and permission, from numbers. */
    @Benchmark
    public long[] bareFill() {
        return Matrix.fill(workload, grants);
    }

    /** Documents and an inventory that was made when the apps were reported, to a table that answers with reasons. */
    @Benchmark
    public Bundle table() {
        return TableCompiler.compile(PermissionCatalog.builtIn(), policy, profile.attributes(), inventory);
    }

    /** The inventory from apps as records with names in them: once, not per policy. */
    @Benchmark
    public Inventory inventory() {
        return Inventory.of(PermissionCatalog.builtIn(), profile.apps());
    }

    /** Documents and apps to the bytes that a device loads. */
    @Benchmark
    public byte[] bundle() {
        return new BundleCompiler().compile(policy, profile);
    }
}
