package dev.muster.policy.atm;

import static dev.muster.policy.atm.PermissionFlags.ADMIN_POLICIES_CANCEL;
import static dev.muster.policy.atm.PermissionFlags.FIXED_BY_ADMIN_POLICY;
import static dev.muster.policy.atm.PermissionFlags.PRE_AUTHORIZED_CANCELABLE;
import static dev.muster.policy.atm.PermissionFlags.RESTRICTED_BY_ADMIN;
import static dev.muster.policy.atm.PermissionFlags.SYSTEM_FIXED;
import static dev.muster.policy.atm.PermissionFlags.has;

/** What an update keeps of an earlier decision. */
final class Inheritance {
    private Inheritance() {}

    /**
     * The state after an update, without the restriction, which is derived anew.
     *
     * @param provisionSwitch the update turns a release app into a granting debug app, or a debug app into a release app
     */
    static Entry merge(Entry stored, Entry initial, boolean provisionSwitch) {
        Entry old = stored.without(RESTRICTED_BY_ADMIN);
        boolean fixedByAdmin = has(old.flags(), FIXED_BY_ADMIN_POLICY);
        boolean cancelledByAdmin = has(old.flags(), ADMIN_POLICIES_CANCEL);
        if (provisionSwitch && !fixedByAdmin) {
            return initial;
        }
        if ((fixedByAdmin || cancelledByAdmin) && initial.flags() == SYSTEM_FIXED) {
            return initial;
        }
        if (cancelledByAdmin && initial.flags() == PRE_AUTHORIZED_CANCELABLE) {
            return initial;
        }
        boolean undecided = old.equals(Entry.NEVER_DECIDED)
                || old.flags() == SYSTEM_FIXED
                || old.flags() == PRE_AUTHORIZED_CANCELABLE;
        return undecided ? initial : old;
    }
}
