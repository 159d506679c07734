package dev.muster.control.rollouts;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredState;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Knows what a rollout of one kind means for one device. One bean per kind. */
public interface RolloutTargets {
    /** The kind of rollout it answers for. */
    RolloutKind kind();

    /**
     * What the rollout makes of the device; empty where it has nothing for it. Called in the transaction that starts the
     * device, with its row locked; may be called again after a crash and must then give the same.
     */
    Map<TargetName, DesiredContent> targets(Handle handle, RolloutSubject subject, DeviceRef device);

    /** The same for many devices, whose desired states are given; a kind that knows a cheaper way takes it. */
    default Map<DeviceId, Map<TargetName, DesiredContent>> targets(
            Handle handle, RolloutSubject subject, TenantId tenant, Map<DeviceId, DesiredState> devices) {
        Map<DeviceId, Map<TargetName, DesiredContent>> targets = new LinkedHashMap<>();
        devices.keySet()
                .forEach(device -> targets.put(device, targets(handle, subject, new DeviceRef(tenant, device))));
        return targets;
    }

    /**
     * Why devices, whose desired states are given, may not start yet, a sentence for each cause; no entry for those that may.
     * Asked in the transaction that would start them.
     */
    default Map<DeviceId, List<String>> unmet(
            Handle handle, RolloutSubject subject, Map<DeviceId, DesiredState> devices) {
        return Map.of();
    }

    /** Those among active devices that the subject has something for, in the same order; cheap also for a whole fleet. */
    List<DeviceId> fitting(Handle handle, RolloutSubject subject, List<DeviceId> devices);
}
