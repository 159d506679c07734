package dev.muster.control.rollouts;

import dev.muster.protocol.desired.InstallRule;

/** How devices switch to what a rollout brings. */
public record Installing(InstallRule.Mode mode, When when) {
    /** At once. */
    public static final Installing NOW = new Installing(InstallRule.Mode.FORCED, new When.AnyTime());

    /** At which times. */
    public sealed interface When {
        /** At any. */
        record AnyTime() implements When {}

        /** In the window of the device's site; at any time where it has none. */
        record SiteWindow() implements When {}

        /** In this window, in the local time of the device's site. */
        record In(MaintenanceWindow window) implements When {}
    }

    /** What the signed document says of it. */
    InstallRule rule() {
        return new InstallRule(mode, !(when instanceof When.AnyTime));
    }
}
