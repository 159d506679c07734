package dev.muster.policy.decision;

import java.util.Locale;

/**
 * Why a permission is granted or denied. Compiled bundles carry {@link #number()}; numbers are never reused.
 *
 * <p>The order of judgement is the order in which the device asks: is the app known, is the permission, does the app
 * request it, may it by its level, do guard rails allow it, does a binding give it, does the lease still hold.
 */
public enum Reason {
    /** A binding gives a role that holds the permission. Rule: the binding. */
    ROLE(1, true),
    /** A capability gives it. Rule: the capability. */
    CAPABILITY(2, true),
    /** A capability that the asker presented as a delegated chain gives it. Rule: the capability at its root. */
    DELEGATED(3, true),
    /** No row of the bundle is for this app instance, or no app has this token. */
    UNKNOWN_TOKEN(16, false),
    /** No permission of this name is defined. */
    UNKNOWN_PERMISSION(17, false),
    /** The app does not request the permission. */
    NOT_REQUESTED(18, false),
    /** The app's level is too low and its signed profile does not lift it. */
    APL(19, false),
    /** Only system services may hold the permission. */
    SERVICE_ONLY(20, false),
    /** A guard rail denies the permission. Rule: the guard rail. */
    GUARD_RAIL(21, false),
    /** A guard rail's ceiling does not include the permission. Rule: the guard rail. */
    CEILING(22, false),
    /** No binding is for this app on this device and user. */
    UNBOUND(23, false),
    /** Bindings are for this app, but none of their roles holds the permission. */
    NOT_IN_ROLE(24, false),
    /** The policy's lease ended under {@code onExpiry: deny}. */
    LEASE_ENDED(25, false),
    /** The policy's lease ended and a guard rail lets the permission end with it. Rule: the guard rail. */
    LEASE_GUARD_RAIL(26, false),
    /** No verified policy is in force on the device. */
    NO_POLICY(27, false),
    /** Something would give the permission, but its condition does not hold now. Rule: the first such. */
    CONDITION(28, false),
    /** The chain that the asker presented is not good: altered, widened, ended, revoked or not the asker's. */
    BAD_CHAIN(29, false);

    private static final Reason[] BY_NUMBER = new Reason[32];

    static {
        for (Reason reason : values()) {
            BY_NUMBER[reason.number] = reason;
        }
    }

    private final int number;
    private final boolean granted;

    Reason(int number, boolean granted) {
        this.number = number;
        this.granted = granted;
    }

    public int number() {
        return number;
    }

    public boolean isGranted() {
        return granted;
    }

    /** Stable code for people and programs, such as {@code guard-rail}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The reason of a number; throws on a number that is none. */
    public static Reason of(int number) {
        Reason reason = isKnown(number) ? BY_NUMBER[number] : null;
        if (reason == null) {
            throw new IllegalArgumentException("number of a reason expected, found " + number);
        }
        return reason;
    }

    /** Whether a number names a reason. */
    @SuppressWarnings("NullableProblems")
    public static boolean isKnown(int number) {
        return number >= 0 && number < BY_NUMBER.length && BY_NUMBER[number] != null;
    }
}
