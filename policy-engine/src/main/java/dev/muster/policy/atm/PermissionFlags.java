package dev.muster.policy.atm;

/** The flags of a permission's state: who decided it. */
public final class PermissionFlags {
    /** Never decided. */
    public static final int DEFAULT = 0;
    /** The user decided and may be asked again. */
    public static final int USER_SET = 1;
    /** The user decided for good. */
    public static final int USER_FIXED = 1 << 1;
    /** The system decided; the user cannot change it. */
    public static final int SYSTEM_FIXED = 1 << 2;
    /** Pre-authorised, the user may cancel. Stays beside later decisions; the flag query hides it. */
    public static final int PRE_AUTHORIZED_CANCELABLE = 1 << 3;
    /** Granted by a secure component. Stands beside other flags, grants by itself, never stored. */
    public static final int COMPONENT_SET = 1 << 4;
    /** Set by a security policy. */
    public static final int FIXED_FOR_SECURITY_POLICY = 1 << 5;
    /** Granted once. */
    public static final int ALLOW_THIS_TIME = 1 << 6;
    /** An administrator decided. */
    public static final int FIXED_BY_ADMIN_POLICY = 1 << 7;
    /** An administrator's decision was withdrawn, its status left in place. */
    public static final int ADMIN_POLICIES_CANCEL = 1 << 8;
    /** Suppressed by a user policy. Stands beside other flags and denies by itself. */
    public static final int RESTRICTED_BY_ADMIN = 1 << 9;

    private static final int BESIDE_OTHERS = PRE_AUTHORIZED_CANCELABLE | COMPONENT_SET | RESTRICTED_BY_ADMIN;

    private PermissionFlags() {}

    /** Whether a value names at most one decision besides the flags that stand beside others. */
    public static boolean isValid(int flags) {
        int decision = decision(flags);
        int known = USER_SET
                | USER_FIXED
                | SYSTEM_FIXED
                | FIXED_FOR_SECURITY_POLICY
                | ALLOW_THIS_TIME
                | FIXED_BY_ADMIN_POLICY
                | ADMIN_POLICIES_CANCEL;
        return (decision & ~known) == 0 && Integer.bitCount(decision) <= 1;
    }

    /** The decision alone. */
    static int decision(int flags) {
        return flags & ~BESIDE_OTHERS;
    }

    static boolean has(int flags, int any) {
        return (flags & any) != 0;
    }
}
