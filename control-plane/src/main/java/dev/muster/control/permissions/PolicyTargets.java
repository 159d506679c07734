package dev.muster.control.permissions;

import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.desired.DesiredContent;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.permissions.HeldStore.Held;
import dev.muster.control.permissions.Overlay.InForce;
import dev.muster.control.rollouts.RolloutKind;
import dev.muster.control.rollouts.RolloutSubject;
import dev.muster.control.rollouts.RolloutTargets;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.lease.Lease;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/** What a policy version means for a device: the bundle of its profile, compiled once and shared by equal devices. */
@Singleton
class PolicyTargets implements RolloutTargets {
    private static final TargetName POLICY = new TargetName.Policy();

    private static final TargetName SHADOW = new TargetName.PolicyShadow();

    private final HeldStore store;
    private final PolicySnapshots snapshots;
    private final ProfileReader profiles;
    private final CapabilityTargets capabilities;
    private final ArtifactService artifacts;
    private final DeviceService devices;
    private final BundleCompiler compiler = new BundleCompiler();

    PolicyTargets(
            HeldStore store,
            PolicySnapshots snapshots,
            ProfileReader profiles,
            CapabilityTargets capabilities,
            ArtifactService artifacts,
            DeviceService devices) {
        this.store = store;
        this.snapshots = snapshots;
        this.profiles = profiles;
        this.capabilities = capabilities;
        this.artifacts = artifacts;
        this.devices = devices;
    }

    @Override
    public RolloutKind kind() {
        return RolloutKind.POLICY;
    }

    /** A policy is for every device that can believe it; compiling it for each just to plan would cost the whole rollout at once. */
    @Override
    public List<DeviceId> fitting(Handle handle, RolloutSubject subject, List<DeviceId> chosen) {
        return devices.believing(handle, chosen);
    }

    @Override
    public Map<TargetName, DesiredContent> targets(Handle handle, RolloutSubject subject, DeviceRef device) {
        return switch (subject) {
            case RolloutSubject.OfPolicy policy -> hold(handle, device, policy.version());
            case RolloutSubject.OfRelease release ->
                throw new IllegalArgumentException("expected a policy version, found release " + release.release());
            case RolloutSubject.OfSettings settings ->
                throw new IllegalArgumentException(
                        "expected a policy version, found settings version " + settings.version());
        };
    }

    /**
     * Notes that the device is to hold the version, and gives what that means: the bundle of its profile, and the
     * capabilities that name it, which are absent where it had some. The caller holds the device's row.
     */
    Map<TargetName, DesiredContent> hold(Handle handle, DeviceRef device, long version) {
        InForce inForce = snapshots.inForce(handle, device.tenant(), version);
        DeviceProfile profile = profiles.of(handle, inForce.snapshot(), device);
        Map<TargetName, DesiredContent> targets = new LinkedHashMap<>();
        targets.put(POLICY, bundle(handle, device, inForce, profile, Artifact.Kind.POLICY));
        capabilities
                .of(handle, device, inForce.snapshot(), profile)
                .ifPresent(content -> targets.put(new TargetName.Capabilities(), content));
        store.hold(handle, device.device(), new Held(version, profile.digest(), inForce.overlay()));
        return targets;
    }

    /** What the device is to watch beside: a shadow version, or nothing any more. */
    Map<TargetName, DesiredContent> watch(Handle handle, DeviceRef device, OptionalLong version) {
        if (version.isEmpty()) {
            return Map.of(SHADOW, new DesiredContent.Absent());
        }
        InForce inForce = snapshots.inForce(handle, device.tenant(), version.getAsLong());
        DeviceProfile profile = profiles.of(handle, inForce.snapshot(), device);
        return Map.of(SHADOW, bundle(handle, device, inForce, profile, Artifact.Kind.POLICY_SHADOW));
    }

    private DesiredContent.Present bundle(
            Handle handle, DeviceRef device, InForce inForce, DeviceProfile profile, Artifact.Kind kind) {
        Held held = new Held(inForce.snapshot().version(), profile.digest(), inForce.overlay());
        return store.bundle(handle, held)
                .flatMap(sha256 -> artifacts.find(handle, sha256))
                .orElseGet(() -> compile(handle, device, inForce.snapshot(), profile, held, kind))
                .present(
                        Optional.of(Lease.DEFAULT.length()),
                        Optional.of(Lease.DEFAULT.onExpiry().text()));
    }

    private Artifact compile(
            Handle handle,
            DeviceRef device,
            PolicySnapshot snapshot,
            DeviceProfile profile,
            Held held,
            Artifact.Kind kind) {
        byte[] bytes = compiler.compile(snapshot, profile);
        Artifact bundle = artifacts.keep(handle, device.tenant(), kind, Long.toString(snapshot.version()), bytes);
        store.putBundle(handle, held, bundle.sha256());
        return bundle;
    }
}
