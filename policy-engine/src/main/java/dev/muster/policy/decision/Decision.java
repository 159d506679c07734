package dev.muster.policy.decision;

/**
 * One answer packed into a {@code long}, so that asking allocates nothing. Bits 0-15 rule index ({@link #NO_RULE} for
 * none), 16-23 reason number, 24 granted, 32-47 condition index (0 for none); the rest is 0.
 *
 * <p>The rule index counts the rules of the bundle that answered; {@code Bundle.describe} turns it into names.
 */
public final class Decision {
    /** Rule index of an answer that no rule decided. */
    public static final int NO_RULE = 0xFFFF;

    private static final int REASON_SHIFT = 16;
    private static final int CONDITION_SHIFT = 32;
    private static final long GRANTED = 1L << 24;

    private Decision() {}

    /** An answer decided by a rule, 0 to 65534, or by {@link #NO_RULE}. */
    public static long of(Reason reason, int rule, int condition) {
        return of(reason.number(), reason.isGranted(), rule, condition);
    }

    /** An answer that no rule decided. */
    public static long of(Reason reason) {
        return of(reason, NO_RULE, 0);
    }

    /** The same from a reason's number and whether it grants; the caller vouches that the two belong together. */
    public static long of(int reason, boolean granted, int rule, int condition) {
        return (granted ? GRANTED : 0)
                | ((long) (reason & 0xFF) << REASON_SHIFT)
                | (rule & 0xFFFFL)
                | ((condition & 0xFFFFL) << CONDITION_SHIFT);
    }

    public static boolean isGranted(long decision) {
        return (decision & GRANTED) != 0;
    }

    public static Reason reason(long decision) {
        return Reason.of((int) (decision >>> REASON_SHIFT) & 0xFF);
    }

    /** Index of the deciding rule, or {@link #NO_RULE}. */
    public static int rule(long decision) {
        return (int) decision & 0xFFFF;
    }

    /** Index of the condition that was judged, 0 for none. */
    public static int condition(long decision) {
        return (int) (decision >>> CONDITION_SHIFT) & 0xFFFF;
    }
}
