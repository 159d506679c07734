package dev.muster.control.permissions;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.permissions.PolicyStore.Held;
import dev.muster.control.reported.ReportListener;
import dev.muster.control.rollouts.RolloutService;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.manifest.VersionManifest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Keeps a device's bundle in step with its apps. A device without a policy gets the version in force for the fleet, if
 * the rollout of that one means it: a newcomer that nobody rolls out to must not stay without.
 */
@Singleton
final class InventoryPolicy implements ReportListener {
    private final PolicyStore store;
    private final PolicyTargets targets;
    private final DesiredService desired;
    private final RolloutService rollouts;

    InventoryPolicy(PolicyStore store, PolicyTargets targets, DesiredService desired, RolloutService rollouts) {
        this.store = store;
        this.targets = targets;
        this.desired = desired;
        this.rollouts = rollouts;
    }

    @Override
    public void inventoryChanged(Handle handle, DeviceRef device, VersionManifest manifest) {
        desired.lock(handle, device.device());
        Optional<Long> held = store.held(handle, device.device()).map(Held::version);
        Optional<Long> completed = rollouts.completedPolicyFor(handle, device);
        long version = Math.max(held.orElse(0L), completed.orElse(0L));
        if (version == 0) {
            return;
        }
        DesiredContent.Present bundle = targets.hold(handle, device, version);
        desired.set(
                handle,
                device.tenant(),
                device.device(),
                List.of(new DesiredTarget(new TargetName.Policy(), bundle, "policy/" + version)));
    }
}
