package dev.muster.policy.bundle;

import dev.muster.policy.condition.ConditionBlock;

/**
 * A policy laid out in memory for asking: per row and permission two bits, in pairs of words (low bits, high bits) for 64
 * permissions each.
 *
 * <pre>
 * 00  not requested
 * 01  granted by a role, no condition
 * 10  the permission's most common other shape
 * 11  another shape: ask {@code exact}
 * </pre>
 *
 * @param policyVersion version of the policy
 * @param bundles per row the bundle name
 * @param instances per row user (high half) and instance (low half)
 * @param permissions the columns; every requested permission is one
 * @param bits rows x pairs of words
 * @param common per column the shape that {@code 10} stands for, or -1 where that does not occur
 * @param shapes what the numbers of shapes mean
 * @param conditions how the moment is told; its list of conditions is not asked
 * @param exact where two bits do not say enough
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public record Compiled(
        long policyVersion,
        String[] bundles,
        long[] instances,
        String[] permissions,
        long[] bits,
        int[] common,
        Shapes shapes,
        ConditionBlock conditions,
        ExactAnswers exact) {
    /** Words of a row. */
    public static int stride(int columns) {
        return (columns + 63) / 64 * 2;
    }

    /** Words of a row of this. */
    public int stride() {
        return stride(permissions.length);
    }

    /** The shape of a requested permission, or -1 where the row does not request it. */
    public int shape(int row, int column) {
        int at = row * stride() + (column >>> 6 << 1);
        int low = (int) (bits[at] >>> column) & 1;
        int high = (int) (bits[at + 1] >>> column) & 1;
        return switch (high * 2 + low) {
            case 0 -> -1;
            case 1 -> Shapes.ROLE;
            case 2 -> common[column];
            default -> exact.shape(row, column);
        };
    }
}
