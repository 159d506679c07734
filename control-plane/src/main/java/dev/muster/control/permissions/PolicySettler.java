package dev.muster.control.permissions;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.permissions.HeldStore.Held;
import dev.muster.control.rollouts.RolloutService;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/**
 * Makes the policy targets of one device anew: after its apps or attributes changed, after an urgent change, at the end
 * of a capability. It moves no device to another version, with one exception: a device without a policy gets the one in
 * force for the fleet, if the rollout of that one means it, because a newcomer that nobody rolls out to must not stay
 * without. Doing it twice changes nothing.
 */
@Singleton
final class PolicySettler {
    private static final TargetName SHADOW = new TargetName.PolicyShadow();

    private final HeldStore store;
    private final PolicyTargets targets;
    private final DesiredService desired;
    private final RolloutService rollouts;

    PolicySettler(HeldStore store, PolicyTargets targets, DesiredService desired, RolloutService rollouts) {
        this.store = store;
        this.targets = targets;
        this.desired = desired;
        this.rollouts = rollouts;
    }

    void settle(Handle handle, DeviceRef device) {
        if (desired.lock(handle, device.device()).isEmpty()) {
            return;
        }
        store.done(handle, device.device());
        Optional<Long> held = store.held(handle, device.device()).map(Held::version);
        Optional<Long> completed = rollouts.completedPolicyFor(handle, device);
        long version = Math.max(held.orElse(0L), completed.orElse(0L));
        List<DesiredTarget> wanted = new ArrayList<>();
        if (version > 0) {
            add(wanted, targets.hold(handle, device, version), "policy/" + version);
        }
        OptionalLong shadow = store.shadow(handle, device.device());
        if (shadow.isPresent() || watches(handle, device)) {
            add(
                    wanted,
                    targets.watch(handle, device, shadow),
                    shadow.isPresent() ? "policy/" + shadow.getAsLong() : "policy");
        }
        if (!wanted.isEmpty()) {
            desired.set(handle, device.tenant(), device.device(), wanted);
        }
    }

    /** The version that the device is to hold; empty for none. */
    Optional<Long> version(Handle handle, DeviceRef device) {
        return store.held(handle, device.device()).map(Held::version);
    }

    private boolean watches(Handle handle, DeviceRef device) {
        return desired.read(handle, device.device())
                .flatMap((DesiredState state) -> state.target(SHADOW))
                .isPresent();
    }

    private static void add(List<DesiredTarget> wanted, Map<TargetName, DesiredContent> contents, String source) {
        contents.forEach((name, content) -> wanted.add(new DesiredTarget(name, content, source)));
    }
}
