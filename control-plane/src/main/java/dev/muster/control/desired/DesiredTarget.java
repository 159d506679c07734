package dev.muster.control.desired;

import dev.muster.protocol.desired.TargetName;

/**
 * One target of one device's desired state.
 *
 * @param source who asked for it, such as {@code rollout/<id>}
 */
public record DesiredTarget(TargetName name, DesiredContent content, String source) {}
