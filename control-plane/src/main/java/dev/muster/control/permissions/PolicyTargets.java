package dev.muster.control.permissions;

import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.desired.DesiredContent;
import dev.muster.control.permissions.PolicyStore.Held;
import dev.muster.control.rollouts.RolloutKind;
import dev.muster.control.rollouts.RolloutSubject;
import dev.muster.control.rollouts.RolloutTargets;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.lease.Lease;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What a policy version means for a device: the bundle of its profile, compiled once and shared by equal devices. */
@Singleton
class PolicyTargets implements RolloutTargets {
    private static final TargetName POLICY = new TargetName.Policy();

    private final PolicyStore store;
    private final PolicySnapshots snapshots;
    private final ProfileReader profiles;
    private final ArtifactService artifacts;
    private final BundleCompiler compiler = new BundleCompiler();

    PolicyTargets(PolicyStore store, PolicySnapshots snapshots, ProfileReader profiles, ArtifactService artifacts) {
        this.store = store;
        this.snapshots = snapshots;
        this.profiles = profiles;
        this.artifacts = artifacts;
    }

    @Override
    public RolloutKind kind() {
        return RolloutKind.POLICY;
    }

    @Override
    public Map<TargetName, DesiredContent> targets(Handle handle, RolloutSubject subject, DeviceRef device) {
        return switch (subject) {
            case RolloutSubject.OfPolicy policy -> Map.of(POLICY, hold(handle, device, policy.version()));
            case RolloutSubject.OfRelease release ->
                throw new IllegalArgumentException("expected a policy version, found release " + release.release());
        };
    }

    /** Notes that the device is to hold the version, and gives the bundle of its profile. */
    DesiredContent.Present hold(Handle handle, DeviceRef device, long version) {
        PolicySnapshot snapshot = snapshots.of(handle, device.tenant(), version);
        DeviceProfile profile = profiles.of(handle, snapshot, device);
        String digest = profile.digest();
        Artifact bundle = store.bundle(handle, version, digest)
                .flatMap(sha256 -> artifacts.find(handle, sha256))
                .orElseGet(() -> compile(handle, device, snapshot, profile, digest));
        store.hold(handle, device.device(), new Held(version, digest));
        return bundle.present(
                Optional.of(Lease.DEFAULT.length()),
                Optional.of(Lease.DEFAULT.onExpiry().text()));
    }

    private Artifact compile(
            Handle handle, DeviceRef device, PolicySnapshot snapshot, DeviceProfile profile, String digest) {
        byte[] bytes = compiler.compile(snapshot, profile);
        Artifact bundle =
                artifacts.keep(handle, device.tenant(), Artifact.Kind.POLICY, Long.toString(snapshot.version()), bytes);
        store.putBundle(handle, snapshot.version(), digest, bundle.sha256());
        return bundle;
    }
}
