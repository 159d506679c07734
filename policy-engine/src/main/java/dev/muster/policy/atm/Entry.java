package dev.muster.policy.atm;

import static dev.muster.policy.atm.PermissionFlags.COMPONENT_SET;
import static dev.muster.policy.atm.PermissionFlags.RESTRICTED_BY_ADMIN;
import static dev.muster.policy.atm.PermissionFlags.has;

/** The stored state of one requested permission. */
record Entry(boolean granted, int flags) {
    static final Entry NEVER_DECIDED = new Entry(false, PermissionFlags.DEFAULT);

    /** What a check answers: a restriction denies, a component grants, else the stored status counts. */
    boolean effective() {
        return !has(flags, RESTRICTED_BY_ADMIN) && (has(flags, COMPONENT_SET) || granted);
    }

    boolean isRestricted() {
        return has(flags, RESTRICTED_BY_ADMIN);
    }

    Entry with(int added) {
        return new Entry(granted, flags | added);
    }

    Entry without(int removed) {
        return new Entry(granted, flags & ~removed);
    }

    Entry restricted(boolean restricted) {
        return restricted ? with(RESTRICTED_BY_ADMIN) : without(RESTRICTED_BY_ADMIN);
    }
}
