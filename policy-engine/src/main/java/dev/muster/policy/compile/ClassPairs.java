package dev.muster.policy.compile;

import dev.muster.policy.bundle.Cells;
import java.util.Arrays;

/** The classes that the rows of two tables of the same apps are in, pair by pair. */
final class ClassPairs {
    private final int[] ofRow;
    private final int[] before;
    private final int[] after;
    private final int[] rows;

    private ClassPairs(int[] ofRow, int[] before, int[] after) {
        this.ofRow = ofRow;
        this.before = before;
        this.after = after;
        this.rows = new int[before.length];
        for (int row = ofRow.length - 1; row >= 0; row--) {
            rows[ofRow[row]] = row;
        }
    }

    static ClassPairs of(Cells.Classes a, Cells.Classes b) {
        if (a.classes() == b.classes() || Arrays.equals(a.classes(), b.classes())) {
            int[] same = new int[a.count()];
            Arrays.setAll(same, i -> i);
            return new ClassPairs(a.classes(), same, same);
        }
        return number(a.classes(), b.classes());
    }

    /** Numbers pairs as they come: open addressing on both classes, at least half of it empty. */
    private static ClassPairs number(int[] a, int[] b) {
        long[] keys = new long[Math.max(2, Integer.highestOneBit(Math.max(1, a.length)) * 4)];
        int[] numbers = new int[keys.length];
        int[] ofRow = new int[a.length];
        int[] before = new int[a.length];
        int[] after = new int[a.length];
        int count = 0;
        Arrays.fill(keys, -1);
        for (int row = 0; row < a.length; row++) {
            long key = (long) a[row] << 32 | b[row];
            int at = (int) (key * 0x9E3779B97F4A7C15L >>> 32) & (keys.length - 1);
            while (keys[at] >= 0 && keys[at] != key) {
                at = (at + 1) & (keys.length - 1);
            }
            if (keys[at] < 0) {
                keys[at] = key;
                before[count] = a[row];
                after[count] = b[row];
                numbers[at] = count++;
            }
            ofRow[row] = numbers[at];
        }
        return new ClassPairs(ofRow, Arrays.copyOf(before, count), Arrays.copyOf(after, count));
    }

    /** Per row the number of its pair. */
    int[] ofRow() {
        return ofRow;
    }

    int count() {
        return before.length;
    }

    /** The class before. */
    int before(int pair) {
        return before[pair];
    }

    /** The class after. */
    int after(int pair) {
        return after[pair];
    }

    /** A row of the pair. */
    int row(int pair) {
        return rows[pair];
    }
}
