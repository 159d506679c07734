package dev.muster.control.permissions;

import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The target {@code capabilities}: what a policy gives to single devices by their id. */
@Singleton
final class CapabilityTargets {
    private static final TargetName CAPABILITIES = new TargetName.Capabilities();

    private final CapabilityStore store;
    private final DesiredService desired;
    private final ArtifactService artifacts;
    private final Clock clock;

    CapabilityTargets(CapabilityStore store, DesiredService desired, ArtifactService artifacts, Clock clock) {
        this.store = store;
        this.desired = desired;
        this.artifacts = artifacts;
        this.clock = clock;
    }

    /**
     * The capabilities of the snapshot that name the device and have not ended, as one target; absent where there is
     * none and the device was told of some before; empty where it never was.
     */
    Optional<DesiredContent> of(Handle handle, DeviceRef device, PolicySnapshot snapshot) {
        List<Capability> mine = snapshot.capabilities().stream()
                .filter(capability -> capability.devices() instanceof DeviceSelector.Ids ids
                        && ids.ids().contains(device.device().value()))
                .filter(capability -> clock.instant().isBefore(capability.notAfter()))
                .toList();
        store.hold(handle, device.device(), mine);
        if (mine.isEmpty()) {
            return desired.read(handle, device.device())
                    .flatMap(state -> state.target(CAPABILITIES))
                    .map(target -> new DesiredContent.Absent());
        }
        return Optional.empty();
    }
}
