package dev.muster.policy.compile;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.Compiled;
import dev.muster.policy.bundle.Shapes;
import dev.muster.policy.condition.Conditions;
import dev.muster.policy.condition.FactTable;
import java.util.HashMap;
import java.util.Map;

/**
 * The decisions in which two compiled policies differ, for the same apps. Words of 64 decisions are compared at once; only
 * what differs there, or what two bits cannot tell, is looked at one by one. Allocates nothing for a decision.
 */
public final class Difference {
    private final Compiled before;
    private final Compiled after;

    /** Per shape a number that is equal for equal shapes of both policies. */
    private final int[] meaningBefore;

    private final int[] meaningAfter;

    /** Per column word those whose common shapes differ. */
    private final long[] doubtful;

    private Difference(Compiled before, Compiled after) {
        this.before = before;
        this.after = after;
        Map<String, Integer> meanings = new HashMap<>();
        this.meaningBefore = meanings(before, meanings);
        this.meaningAfter = meanings(after, meanings);
        this.doubtful = new long[before.stride() / 2];
        for (int column = 0; column < before.permissions().length; column++) {
            if (meaning(meaningBefore, before.common()[column]) != meaning(meaningAfter, after.common()[column])) {
                doubtful[column >>> 6] |= 1L << column;
            }
        }
    }

    /** Told of every decision that differs. */
    public interface Visitor {
        /**
         * @param row of either policy
         * @param column permission of either policy
         * @param before shape in the policy before
         * @param after shape in the policy after
         */
        void changed(int row, int column, int before, int after);
    }

    /**
     * Visits every decision that differs in grant, reason or condition; which of several rules gives a right is no
     * difference.
     *
     * @throws IllegalArgumentException when the two are not for the same apps and permissions
     */
    public static void visit(Bundle before, Bundle after, Visitor visitor) {
        Compiled a = before.compiled();
        Compiled b = after.compiled();
        if (a.bundles().length != b.bundles().length || a.permissions().length != b.permissions().length) {
            throw new IllegalArgumentException("two policies for the same apps expected, found " + a.bundles().length
                    + " apps with " + a.permissions().length + " permissions and " + b.bundles().length + " with "
                    + b.permissions().length);
        }
        new Difference(a, b).visit(visitor);
    }

    private void visit(Visitor visitor) {
        long[] a = before.bits();
        long[] b = after.bits();
        int stride = before.stride();
        for (int start = 0, row = 0; start < a.length; start += stride, row++) {
            for (int at = start, word = 0; at < start + stride; at += 2, word++) {
                long bothHigh = a[at + 1] & b[at + 1];
                long differ =
                        (a[at] ^ b[at]) | (a[at + 1] ^ b[at + 1]) | (bothHigh & ((a[at] & b[at]) | doubtful[word]));
                if (differ != 0) {
                    look(row, word << 6, differ, visitor);
                }
            }
        }
    }

    private void look(int row, int firstColumn, long differ, Visitor visitor) {
        for (long bits = differ; bits != 0; bits &= bits - 1) {
            int column = firstColumn + Long.numberOfTrailingZeros(bits);
            int was = before.shape(row, column);
            int is = after.shape(row, column);
            if (meaning(meaningBefore, was) != meaning(meaningAfter, is)) {
                visitor.changed(row, column, was, is);
            }
        }
    }

    private static int meaning(int[] meanings, int shape) {
        return shape < 0 ? -1 : meanings[shape];
    }

    private static int[] meanings(Compiled policy, Map<String, Integer> known) {
        FactTable facts = policy.conditions().facts();
        int[] meanings = new int[policy.shapes().size()];
        for (int shape = 0; shape < meanings.length; shape++) {
            StringBuilder key = new StringBuilder();
            for (Shapes.Step step : policy.shapes().steps(shape)) {
                key.append(step.reason().code())
                        .append(' ')
                        .append(Conditions.key(step.when(), facts))
                        .append('\n');
            }
            meanings[shape] = known.computeIfAbsent(key.toString(), absent -> known.size());
        }
        return meanings;
    }
}
