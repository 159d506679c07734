package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.benchmarks.policy.Workload.Questions;
import java.util.HashMap;
import java.util.Map;
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

/** What the machine can do at best: bits in a matrix, by number and by name. JMH sets the fields through {@link #prepare}. */
@NullUnmarked
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class LimitBenchmark {
    @Param("1000")
    public int tokens;

    @Param("W1")
    public Kind kind;

    @Param("65536")
    public int questions;

    private int[] token;
    private int[] permission;
    private int[] minute;
    private int[] location;
    private int[] group;
    private String[] apps;
    private String[] names;
    private long[] bits;
    private long[] conditions;
    private final Map<String, Integer> tokenOf = new HashMap<>();
    private final Map<String, Integer> permissionOf = new HashMap<>();
    private int mask;
    private int next;

    /** Builds the matrix and has the oracle look at every answer. */
    @Setup
    public void prepare() {
        Workload workload = new Workload(tokens, kind, questions);
        Questions asked = workload.questions();
        token = asked.token();
        permission = asked.permission();
        minute = asked.minute();
        location = asked.location();
        group = asked.group();
        apps = Names.apps(asked);
        names = Names.permissions(asked);
        bits = Matrix.fill(workload, Matrix.grants(workload));
        conditions = Matrix.conditions(workload);
        for (int i = 0; i < tokens; i++) {
            tokenOf.put(Names.app(i), i);
        }
        for (int i = 0; i < Workload.PERMISSIONS; i++) {
            permissionOf.put(Names.permission(i), i);
        }
        mask = Cursor.mask(questions);
        switch (kind) {
            case W1 -> {
                Engine.check("flat matrix", this::matrix, workload);
                Engine.check("string bitset", this::byName, workload);
            }
            case W2 -> Engine.check("packed words", this::packed, workload);
        }
    }

    /** The loop around every question, without the question. */
    @Benchmark
    public int emptyLoop() {
        int i = next++ & mask;
        return token[i] ^ permission[i];
    }

    /** W1: one bit. */
    @Benchmark
    public boolean flatMatrix() {
        return matrix(next++ & mask);
    }

    /** W2: one bit and two words. */
    @Benchmark
    public boolean packedWords() {
        return packed(next++ & mask);
    }

    /** W1 asked by names: two hash maps and one bit. */
    @Benchmark
    public boolean stringBitset() {
        return byName(next++ & mask);
    }

    private boolean matrix(int i) {
        return Matrix.isSet(bits, token[i], permission[i]);
    }

    private boolean packed(int i) {
        return Matrix.isSet(bits, token[i], permission[i])
                && Matrix.holds(conditions, permission[i], minute[i], location[i], group[i]);
    }

    private boolean byName(int i) {
        return Matrix.isSet(bits, tokenOf.get(apps[i]), permissionOf.get(names[i]));
    }
}
