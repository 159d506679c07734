package dev.muster.control.permissions;

import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.policy.capability.CapabilityException;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.compile.CapabilityCompiler;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** The target {@code capabilities}: what a policy gives to single devices by their id. */
@Singleton
final class CapabilityTargets {
    private static final TargetName CAPABILITIES = new TargetName.Capabilities();

    private static final Logger LOG = Logger.getLogger(CapabilityTargets.class);

    private final CapabilityStore store;
    private final RevokedBlockStore revoked;
    private final DesiredService desired;
    private final ArtifactService artifacts;
    private final Clock clock;

    CapabilityTargets(
            CapabilityStore store,
            RevokedBlockStore revoked,
            DesiredService desired,
            ArtifactService artifacts,
            Clock clock) {
        this.store = store;
        this.revoked = revoked;
        this.desired = desired;
        this.artifacts = artifacts;
        this.clock = clock;
    }

    /**
     * The capabilities of the snapshot that are for this device alone and have not ended, as one target; absent where
     * there is none and the device is still told to hold some; empty where nothing is to change.
     *
     * @param profile of the device
     */
    Optional<DesiredContent> of(Handle handle, DeviceRef device, PolicySnapshot snapshot, DeviceProfile profile) {
        String id = device.device().value();
        List<Capability> own = snapshot.capabilities().stream()
                .filter(capability -> CapabilityCompiler.isFor(capability, id, profile))
                .filter(capability -> clock.instant().isBefore(capability.notAfter()))
                .toList();
        store.hold(handle, device.device(), own);
        Optional<byte[]> file = file(handle, device, with(snapshot, own), profile);
        if (file.isPresent()) {
            return Optional.of(artifacts
                    .keep(
                            handle,
                            device.tenant(),
                            Artifact.Kind.CAPABILITIES,
                            Long.toString(snapshot.version()),
                            file.get())
                    .present());
        }
        return desired.read(handle, device.device())
                .flatMap(state -> state.target(CAPABILITIES))
                // One that is absent already stays so, and no later rollout waits for it again.
                .filter(target -> target.content() instanceof DesiredContent.Present)
                .map(target -> new DesiredContent.Absent());
    }

    /** The bytes of the device's file, with the revoked blocks of what it can hand on. */
    private Optional<byte[]> file(Handle handle, DeviceRef device, PolicySnapshot own, DeviceProfile profile) {
        String id = device.device().value();
        List<String> delegable = own.capabilities().stream()
                .filter(capability -> capability.holder().isPresent())
                .map(Capability::name)
                .toList();
        List<String> ids = delegable.isEmpty()
                ? List.of()
                : revoked.of(handle, delegable).stream()
                        .map(RevokedBlockStore.RevokedBlock::id)
                        .toList();
        try {
            return CapabilityCompiler.compile(own, id, profile, ids).map(CapabilityFile::write);
        } catch (CapabilityException tooLong) {
            if (delegable.isEmpty()) {
                throw tooLong;
            }
            // INVARIANT (fail closed): a revocation that finds no room must not leave a chain good. What can be handed
            // on goes.
            LOG.warnf(
                    "the capabilities of `%s` that can be handed on (%s) are left out: %s",
                    device, String.join(", ", delegable), tooLong.getMessage());
            PolicySnapshot rest = with(
                    own,
                    own.capabilities().stream()
                            .filter(capability -> capability.holder().isEmpty())
                            .toList());
            return CapabilityCompiler.compile(rest, id, profile, List.of()).map(CapabilityFile::write);
        }
    }

    private static PolicySnapshot with(PolicySnapshot snapshot, List<Capability> capabilities) {
        return new PolicySnapshot(
                snapshot.version(),
                snapshot.roles(),
                snapshot.bindings(),
                snapshot.guardRails(),
                capabilities,
                snapshot.zones(),
                snapshot.shifts(),
                snapshot.tests());
    }
}
