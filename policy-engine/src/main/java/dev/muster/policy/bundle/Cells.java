package dev.muster.policy.bundle;

/**
 * Per row and permission two bits, the low one and the high one:
 *
 * <pre>
 * 00  not requested
 * 01  granted by a role, no condition
 * 10  the permission's most common other shape
 * 11  another shape: ask {@link ExactAnswers}
 * </pre>
 *
 * Immutable and thread-safe.
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public sealed interface Cells {
    /** The cell of a row and a column, 0 to 3. */
    int cell(int row, int column);

    /**
     * Every row by itself, both bits of a cell side by side: the fastest to ask.
     *
     * @param words rows x {@code stride}, 32 cells each, the first lowest
     */
    record Rows(long[] words, int stride) implements Cells {
        /** Words of a row. */
        static int stride(int columns) {
            return (columns + 31) / 32;
        }

        @Override
        public int cell(int row, int column) {
            return (int) (words[row * stride + (column >>> 5)] >>> (column << 1)) & 3;
        }
    }

    /**
     * Rows in classes.
     *
     * @param ofRow per row its class
     * @param rows all rows, class by class
     * @param first per class where its rows begin among {@code rows}, and their number at the end
     */
    record Grouping(int[] ofRow, int[] rows, int[] first) {
        /** Groups rows by their classes, 0 to {@code count} - 1. */
        public static Grouping of(int[] ofRow, int count) {
            int[] first = new int[count + 1];
            for (int one : ofRow) {
                first[one + 1]++;
            }
            for (int one = 0; one < count; one++) {
                first[one + 1] += first[one];
            }
            int[] next = first.clone();
            int[] rows = new int[ofRow.length];
            for (int row = 0; row < rows.length; row++) {
                rows[next[ofRow[row]]++] = row;
            }
            return new Grouping(ofRow, rows, first);
        }

        /** Number of classes. */
        public int count() {
            return first.length - 1;
        }

        /** The first row of a class that has one. */
        public int firstRow(int one) {
            return rows[first[one]];
        }
    }

    /**
     * What the rules say to a class of apps, and what each app of it requests: a policy for very many apps is compiled and
     * compared class by class, and what apps request stays as it is.
     *
     * @param classes the classes of the rows, none without a row
     * @param low classes x {@code stride}: low bits, 64 cells a word, as they would be if everything were requested
     * @param high the same for the high bits
     * @param asked the same: what any row of the class requests
     * @param requested rows x {@code stride}: what is requested
     */
    record Classes(Grouping classes, long[] low, long[] high, long[] asked, long[] requested, int stride)
            implements Cells {
        @Override
        public int cell(int row, int column) {
            boolean isRequested = ((requested[row * stride + (column >>> 6)] >>> column) & 1) != 0;
            return isRequested ? ofClass(classes.ofRow()[row], column) : 0;
        }

        /** The cell of a class for a column that a row of it requests. */
        public int ofClass(int one, int column) {
            int at = one * stride + (column >>> 6);
            return (int) ((low[at] >>> column) & 1) | ((int) ((high[at] >>> column) & 1) << 1);
        }
    }
}
