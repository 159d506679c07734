package dev.muster.policy.compile;

import dev.muster.policy.bundle.Chain;
import dev.muster.policy.bundle.ExactAnswers;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppInstance;
import java.util.Arrays;
import java.util.List;

/**
 * Exact answers by class of apps: shapes of what was looked at by itself and is not the column's common one, denials by
 * masks for the rest; chains with names are put together when somebody asks.
 */
final class ClassAnswers implements ExactAnswers {
    private final int[] classes;
    private final List<AppInstance> representatives;
    private final Evaluator evaluator;
    private final Chains chains;
    private final String[] permissions;

    private final int[] otherwise;
    private final long[][] levels;
    private long[] service = new long[0];
    private int serviceOnly;
    private int tooLow;

    /** Class and column, and shape, in open addressing; -1 where empty. */
    private long[] keys = new long[16];

    private int[] shapes = new int[16];
    private int used;

    ClassAnswers(
            int[] classes,
            List<AppInstance> representatives,
            Evaluator evaluator,
            Chains chains,
            String[] permissions) {
        this.classes = classes;
        this.representatives = representatives;
        this.evaluator = evaluator;
        this.chains = chains;
        this.permissions = permissions;
        this.otherwise = new int[representatives.size()];
        this.levels = new long[representatives.size()][];
        Arrays.fill(keys, -1);
    }

    /** The shape of a permission that was looked at by itself. */
    void put(int one, int column, int shape) {
        if (used * 2 >= keys.length) {
            long[] oldKeys = keys;
            int[] oldShapes = shapes;
            keys = new long[oldKeys.length * 2];
            shapes = new int[keys.length];
            Arrays.fill(keys, -1);
            for (int i = 0; i < oldKeys.length; i++) {
                if (oldKeys[i] >= 0) {
                    insert(oldKeys[i], oldShapes[i]);
                }
            }
        }
        used++;
        insert(key(one, column), shape);
    }

    private void insert(long key, int shape) {
        int at = home(key);
        while (keys[at] >= 0) {
            at = (at + 1) & (keys.length - 1);
        }
        keys[at] = key;
        shapes[at] = shape;
    }

    private int home(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & (keys.length - 1);
    }

    private static long key(int one, int column) {
        return ((long) one << 32) | column;
    }

    /** What holds for all other permissions of a class that no role gives. */
    void otherwise(int one, int shape, long[] serviceColumns, long[] level, int[] denials) {
        otherwise[one] = shape;
        levels[one] = level;
        service = serviceColumns;
        serviceOnly = denials[Reason.SERVICE_ONLY.number()];
        tooLow = denials[Reason.APL.number()];
    }

    private int shapeOf(int one, int column) {
        long key = key(one, column);
        for (int at = home(key); keys[at] >= 0; at = (at + 1) & (keys.length - 1)) {
            if (keys[at] == key) {
                return shapes[at];
            }
        }
        if ((service[column >>> 6] >>> column & 1) != 0) {
            return serviceOnly;
        }
        return (levels[one][column >>> 6] >>> column & 1) == 0 ? tooLow : otherwise[one];
    }

    @Override
    public int shape(int row, int column) {
        return shapeOf(classes[row], column);
    }

    @Override
    public boolean endsWithLease(int row, int column) {
        return chain(row, column).deniedAfterLease().isPresent();
    }

    @Override
    public Chain chain(int row, int column) {
        return chainOf(classes[row], column);
    }

    private synchronized Chain chainOf(int one, int column) {
        return chains.of(evaluator.rulesFor(representatives.get(one)).find(permissions[column]));
    }
}
