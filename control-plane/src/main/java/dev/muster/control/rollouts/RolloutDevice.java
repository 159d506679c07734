package dev.muster.control.rollouts;

import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import java.time.Duration;
import java.util.List;

/**
 * One device in one rollout, as the database holds it.
 *
 * @param deadline of the rollout
 * @param targets it was handed; empty before its start
 */
record RolloutDevice(
        RolloutId rollout,
        DeviceId device,
        int wave,
        DeviceState state,
        Duration deadline,
        long startNumber,
        List<TargetName> targets) {
    RolloutDevice {
        targets = List.copyOf(targets);
    }
}
