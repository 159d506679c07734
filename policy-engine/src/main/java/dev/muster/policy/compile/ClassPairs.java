package dev.muster.policy.compile;

import dev.muster.policy.bundle.Cells.Grouping;
import java.util.Arrays;

/** The classes that the rows of two tables of the same apps are in, pair by pair. */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
record ClassPairs(Grouping rows, int[] before, int[] after) {
    /** Pairs as they come; where both tables have the same classes, those. */
    static ClassPairs of(Grouping a, Grouping b) {
        if (Arrays.equals(a.ofRow(), b.ofRow())) {
            int[] same = new int[a.count()];
            Arrays.setAll(same, i -> i);
            return new ClassPairs(a, same, same);
        }
        return number(a.ofRow(), b.ofRow());
    }

    /** Open addressing on both classes, at least half of it empty. */
    private static ClassPairs number(int[] a, int[] b) {
        long[] keys = new long[Math.max(2, Integer.highestOneBit(Math.max(1, a.length)) * 4)];
        int[] numbers = new int[keys.length];
        int[] ofRow = new int[a.length];
        int[] before = new int[a.length];
        int[] after = new int[a.length];
        int count = 0;
        Arrays.fill(keys, -1);
        for (int row = 0; row < a.length; row++) {
            long key = ((long) a[row] << 32) | b[row];
            int at = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & (keys.length - 1);
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
        return new ClassPairs(Grouping.of(ofRow, count), Arrays.copyOf(before, count), Arrays.copyOf(after, count));
    }
}
