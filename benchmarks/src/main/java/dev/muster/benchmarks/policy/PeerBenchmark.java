package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.benchmarks.policy.peers.Peer;
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

/** Other engines, asked the same questions, their requests made before. */
@NullUnmarked
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class PeerBenchmark {
    @Param("JCASBIN")
    public Peer peer;

    @Param("1000")
    public int tokens;

    @Param("W1")
    public Kind kind;

    @Param("65536")
    public int questions;

    private Engine engine;
    private int mask;
    private int next;

    /** Loads the policy into the peer and has the oracle look at every answer; a cache is warm afterwards. */
    @Setup
    public void prepare() {
        Workload workload = new Workload(tokens, kind, questions);
        engine = peer.load(workload);
        mask = Cursor.mask(questions);
        Engine.check(peer.title(), engine, workload);
    }

    @Benchmark
    public boolean ask() {
        return engine.isGranted(next++ & mask);
    }
}
