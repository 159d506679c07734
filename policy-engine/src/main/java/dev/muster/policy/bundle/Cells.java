package dev.muster.policy.bundle;

import java.util.Arrays;

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
     * What the rules say to a class of apps, and what each app of it requests: a policy for very many apps is compiled and
     * compared class by class, and what apps request stays as it is.
     *
     * @param classes per row its class
     * @param low classes x {@code stride}: low bits, 64 cells a word, as they would be if everything were requested
     * @param high the same for the high bits
     * @param asked the same: what any row of the class requests
     * @param requested rows x {@code stride}: what is requested
     */
    record Classes(int[] classes, long[] low, long[] high, long[] asked, long[] requested, int stride)
            implements Cells {
        /** Number of classes. */
        public int count() {
            return stride == 0 ? Arrays.stream(classes).max().orElse(-1) + 1 : low.length / stride;
        }

        @Override
        public int cell(int row, int column) {
            boolean asked = (requested[row * stride + (column >>> 6)] >>> column & 1) != 0;
            return asked ? ofClass(classes[row], column) : 0;
        }

        /** The cell of a class for a column that a row of it requests. */
        public int ofClass(int one, int column) {
            int at = one * stride + (column >>> 6);
            return (int) (low[at] >>> column & 1) | (int) (high[at] >>> column & 1) << 1;
        }
    }
}
