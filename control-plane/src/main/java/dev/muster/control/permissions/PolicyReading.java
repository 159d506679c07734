package dev.muster.control.permissions;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.manifest.VersionManifest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/**
 * Published policies for the features that explain them and compare them with what devices say; every method joins the
 * caller's transaction. Thread-safe.
 */
@Singleton
public final class PolicyReading {
    private final PolicySnapshots snapshots;
    private final ProfileReader profiles;
    private final PolicyStore store;
    private final HeldStore held;
    private final PolicyDrafts drafts;
    private final FitCheck fits;

    PolicyReading(
            PolicySnapshots snapshots,
            ProfileReader profiles,
            PolicyStore store,
            HeldStore held,
            PolicyDrafts drafts,
            FitCheck fits) {
        this.snapshots = snapshots;
        this.profiles = profiles;
        this.store = store;
        this.held = held;
        this.drafts = drafts;
        this.fits = fits;
    }

    /** The version, parsed; empty if it was never published. */
    public Optional<PolicySnapshot> snapshot(Handle handle, TenantId tenant, long version) {
        return snapshots.find(handle, tenant, version);
    }

    /** What {@code snapshot} can tell the device by now: its attributes, and the apps of its last signed manifest. */
    public DeviceProfile profile(Handle handle, PolicySnapshot snapshot, DeviceRef device) {
        return profiles.of(handle, snapshot, device);
    }

    /** All documents of the version in one YAML stream, as published. */
    public Optional<String> documents(Handle handle, long version) {
        return store.snapshot(handle, version);
    }

    /** Who published the version, when, with which comment. */
    public Optional<PolicyVersion> version(Handle handle, long version) {
        return store.version(handle, version);
    }

    /** Digest of the urgent changes on top of a version in a bundle; empty where there are none, or the bundle is not ours. */
    public Optional<String> overlay(Handle handle, long version, String sha256) {
        return held.overlay(handle, version, sha256).filter(digest -> !digest.isEmpty());
    }

    /** Whether the query selects the device now. */
    public boolean selects(Handle handle, Selector query, DeviceId device) {
        return held.selects(handle, query, device);
    }

    /** The number of the newest version that decides; empty before the first one. */
    public OptionalLong newestLive(Handle handle) {
        return store.newestLive(handle);
    }

    /** Every version that some device is to hold. */
    public List<Long> versionsHeld(Handle handle) {
        return held.versionsHeld(handle);
    }

    /**
     * What the draft would be as the next version, with the documents of {@code yaml} in it and the urgent changes on
     * top; the problem {@code policy-invalid} where that is no policy, {@code policy-too-large} where it does not fit on
     * a device in scope.
     */
    public PolicySnapshot draft(Handle handle, Scope scope, String yaml) {
        PolicyDrafts.Draft read = drafts.require(drafts.with(handle, yaml));
        List<PolicyError> misfits = fits.errors(handle, scope, read);
        if (!misfits.isEmpty()) {
            throw FitCheck.tooLarge(misfits);
        }
        PolicySnapshot draft = read.snapshot();
        return Overlay.on(draft.withVersion(store.next(handle)), snapshots.urgent(handle))
                .snapshot();
    }

    /** The apps of a manifest as a policy sees them. */
    public static List<AppInstance> apps(VersionManifest manifest) {
        return ProfileReader.apps(manifest);
    }
}
