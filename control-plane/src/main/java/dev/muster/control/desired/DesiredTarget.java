package dev.muster.control.desired;

import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;

/**
 * One target of one device's desired state.
 *
 * @param source who asked for it, such as {@code rollout/<id>}
 * @param install when the device may switch to it
 */
public record DesiredTarget(TargetName name, DesiredContent content, String source, InstallRule install) {
    /** One that may be switched to at once. */
    public DesiredTarget(TargetName name, DesiredContent content, String source) {
        this(name, content, source, InstallRule.NOW);
    }
}
