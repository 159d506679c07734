package dev.muster.control.rollouts;

import dev.muster.protocol.desired.InstallRule;
import java.util.Optional;

/**
 * How devices switch to what a rollout brings.
 *
 * @param window when they may, in the local time of their site; empty for at any time
 */
public record Installing(InstallRule.Mode mode, Optional<MaintenanceWindow> window) {
    /** At once. */
    public static final Installing NOW = new Installing(InstallRule.Mode.FORCED, Optional.empty());

    /** What the signed document says of it. */
    InstallRule rule() {
        return new InstallRule(mode, window.isPresent());
    }
}
