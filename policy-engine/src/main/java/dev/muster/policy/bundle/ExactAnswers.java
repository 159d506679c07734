package dev.muster.policy.bundle;

/**
 * The whole truth behind the two bits a table keeps per row and permission: asked where two bits do not say enough, and
 * for names. Immutable and thread-safe.
 */
public interface ExactAnswers {
    /** The shape in {@link Shapes} of a requested permission's chain. Does not allocate. */
    int shape(int row, int column);

    /** Whether a guard rail ends the permission with the lease. */
    boolean endsWithLease(int row, int column);

    /** The chain with its rules, for people. Only for what the row requests. */
    Chain chain(int row, int column);
}
