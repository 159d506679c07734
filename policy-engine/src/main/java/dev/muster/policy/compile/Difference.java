package dev.muster.policy.compile;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.Cells;
import dev.muster.policy.bundle.Compiled;
import dev.muster.policy.bundle.Shapes;
import dev.muster.policy.condition.Conditions;
import dev.muster.policy.condition.FactTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The decisions in which two compiled policies differ, for the same apps. Tables are compared class by class, 64 decisions at
 * a time, and only rows of a class that differs are looked at; rows that lie by themselves are compared 32 decisions at a
 * time. Allocates nothing for a decision.
 */
public final class Difference {
    private static final long LOW_BITS = 0x5555_5555_5555_5555L;

    private final Compiled before;
    private final Compiled after;

    /** Per shape a number that is equal for equal shapes of both policies. */
    private final int[] meaningBefore;

    private final int[] meaningAfter;

    private Difference(Compiled before, Compiled after) {
        this.before = before;
        this.after = after;
        Map<String, Integer> meanings = new HashMap<>();
        this.meaningBefore = meanings(before, meanings);
        this.meaningAfter = meanings(after, meanings);
    }

    /** Told of every decision that differs. */
    public interface Visitor {
        /**
         * One decision differs.
         *
         * @param row of either policy
         * @param column permission of either policy
         * @param before shape in the policy before
         * @param after shape in the policy after
         */
        void changed(int row, int column, int before, int after);
    }

    /**
     * Visits every decision that differs in grant, reason or condition, in no order; which of several rules
     * gives a right is no difference.
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
        if (before.cells() instanceof Cells.Classes a
                && after.cells() instanceof Cells.Classes b
                && haveEqualRequests(a, b)) {
            byClass(a, b, visitor);
        } else if (before.cells() instanceof Cells.Rows a && after.cells() instanceof Cells.Rows b) {
            byRow(a, b, visitor);
        } else {
            oneByOne(visitor);
        }
    }

    private static boolean haveEqualRequests(Cells.Classes a, Cells.Classes b) {
        return Arrays.equals(a.requested(), b.requested());
    }

    private void byClass(Cells.Classes a, Cells.Classes b, Visitor visitor) {
        ClassPairs pairs = ClassPairs.of(a.classes(), b.classes());
        long[] doubtful = doubtful(a.stride(), 6, 0);
        for (int pair = 0; pair < pairs.rows().count(); pair++) {
            int atA = pairs.before()[pair] * a.stride();
            int atB = pairs.after()[pair] * b.stride();
            for (int word = 0; word < a.stride(); word++) {
                long lowA = a.low()[atA + word];
                long lowB = b.low()[atB + word];
                long highA = a.high()[atA + word];
                long highB = b.high()[atB + word];
                long asked = a.asked()[atA + word] & b.asked()[atB + word];
                long suspect = (lowA ^ lowB) | (highA ^ highB) | (highA & highB & ((lowA & lowB) | doubtful[word]));
                for (long bits = suspect & asked; bits != 0; bits &= bits - 1) {
                    int column = (word << 6) + Long.numberOfTrailingZeros(bits);
                    look(pairs, pair, column, a, b, visitor);
                }
            }
        }
    }

    /** What a pair of classes has there, all its rows have that request the column. */
    private void look(ClassPairs pairs, int pair, int column, Cells.Classes a, Cells.Classes b, Visitor visitor) {
        Cells.Grouping rows = pairs.rows();
        int was = before.shape(a.ofClass(pairs.before()[pair], column), rows.firstRow(pair), column);
        int is = after.shape(b.ofClass(pairs.after()[pair], column), rows.firstRow(pair), column);
        if (meaning(meaningBefore, was) == meaning(meaningAfter, is)) {
            return;
        }
        for (int i = rows.first()[pair]; i < rows.first()[pair + 1]; i++) {
            int row = rows.rows()[i];
            if (((a.requested()[row * a.stride() + (column >>> 6)] >>> column) & 1) != 0) {
                visitor.changed(row, column, was, is);
            }
        }
    }

    private void byRow(Cells.Rows a, Cells.Rows b, Visitor visitor) {
        long[] doubtful = doubtful(a.stride(), 5, 1);
        for (int start = 0, row = 0; start < a.words().length; start += a.stride(), row++) {
            for (int word = 0; word < a.stride(); word++) {
                long x = a.words()[start + word];
                long y = b.words()[start + word];
                long differ = x ^ y;
                long both = x & y;
                long suspect = (differ | (differ >>> 1) | ((both >>> 1) & (both | doubtful[word]))) & LOW_BITS;
                for (long bits = suspect; bits != 0; bits &= bits - 1) {
                    look(row, (word << 5) + (Long.numberOfTrailingZeros(bits) >>> 1), visitor);
                }
            }
        }
    }

    private void oneByOne(Visitor visitor) {
        for (int row = 0; row < before.bundles().length; row++) {
            for (int column = 0; column < before.permissions().length; column++) {
                look(row, column, visitor);
            }
        }
    }

    private void look(int row, int column, Visitor visitor) {
        int was = before.shape(row, column);
        int is = after.shape(row, column);
        if (meaning(meaningBefore, was) != meaning(meaningAfter, is)) {
            visitor.changed(row, column, was, is);
        }
    }

    /** One bit per column whose common shapes differ; {@code columnBits} of a column's number are its place in a word. */
    private long[] doubtful(int words, int columnBits, int spread) {
        long[] doubtful = new long[words];
        for (int column = 0; column < before.permissions().length; column++) {
            if (meaning(meaningBefore, before.common()[column]) != meaning(meaningAfter, after.common()[column])) {
                doubtful[column >>> columnBits] |= 1L << (column << spread);
            }
        }
        return doubtful;
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
