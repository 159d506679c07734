package dev.muster.policy.decision;

/**
 * One answer packed into a {@code long}, so that asking allocates nothing. Bits 0-31 row and 32-47 permission, both as the
 * bundle that answered numbers them, 48-55 reason number, 56 granted, 57-63 the step of the row's chain that decided. The
 * bundle finds the names of the rule from row, permission and step when somebody wants to read them.
 */
public final class Decision {
    /** Row of an answer that speaks of no row. */
    public static final int NO_ROW = -1;

    /** Permission of an answer that speaks of no permission of the bundle. */
    public static final int NO_PERMISSION = 0xFFFF;

    /** Step of an answer that no step of a chain decided. */
    public static final int NO_STEP = 0x7F;

    private static final int PERMISSION_SHIFT = 32;
    private static final int CODE_SHIFT = 48;
    private static final int GRANTED_SHIFT = 8;
    private static final int STEP_SHIFT = 9;

    private Decision() {}

    /** Reason, grant and step in the 16 bits they have at the top of a decision; steps from 0 to {@link #NO_STEP}. */
    public static int code(Reason reason, int step) {
        return reason.number() | ((reason.isGranted() ? 1 : 0) << GRANTED_SHIFT) | (step << STEP_SHIFT);
    }

    /** A decision from its code. */
    public static long of(int code, int row, int permission) {
        return ((long) code << CODE_SHIFT) | ((permission & 0xFFFFL) << PERMISSION_SHIFT) | (row & 0xFFFF_FFFFL);
    }

    /** An answer that speaks of no row and that no rule decided. */
    public static long of(Reason reason) {
        return of(code(reason, NO_STEP), NO_ROW, NO_PERMISSION);
    }

    public static boolean isGranted(long decision) {
        return (decision >>> (CODE_SHIFT + GRANTED_SHIFT) & 1) != 0;
    }

    public static Reason reason(long decision) {
        return Reason.of((int) (decision >>> CODE_SHIFT) & 0xFF);
    }

    /** The row it speaks of, or {@link #NO_ROW}. */
    public static int row(long decision) {
        return (int) decision;
    }

    /** The permission it speaks of, or {@link #NO_PERMISSION}. */
    public static int permission(long decision) {
        return (int) (decision >>> PERMISSION_SHIFT) & 0xFFFF;
    }

    /** The step that decided, or {@link #NO_STEP}. */
    public static int step(long decision) {
        return (int) (decision >>> (CODE_SHIFT + STEP_SHIFT)) & NO_STEP;
    }
}
