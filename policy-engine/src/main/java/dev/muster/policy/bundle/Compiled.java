package dev.muster.policy.bundle;

import dev.muster.policy.condition.ConditionBlock;

/**
 * A policy laid out in memory for asking: two bits per row and permission, and what they stand for.
 *
 * @param policyVersion version of the policy
 * @param bundles per row the bundle name
 * @param instances per row user (high half) and instance (low half)
 * @param permissions the columns; every requested permission is one
 * @param cells two bits per row and permission
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
        Cells cells,
        int[] common,
        Shapes shapes,
        ConditionBlock conditions,
        ExactAnswers exact) {
    /** The shape of a requested permission, or -1 where the row does not request it. */
    public int shape(int row, int column) {
        return shape(cells.cell(row, column), row, column);
    }

    /** What a cell stands for in a row and a column. */
    public int shape(int cell, int row, int column) {
        return switch (cell) {
            case 0 -> -1;
            case 1 -> Shapes.ROLE;
            case 2 -> common[column];
            default -> exact.shape(row, column);
        };
    }
}
