package dev.muster.control.explain;

import dev.muster.control.permissions.PolicyReading;
import dev.muster.control.reported.ManifestProof;
import dev.muster.control.reported.ReportListener;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.permissions.PermissionReport;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Remembers what answered on each device, as the device told it: in its report (target {@code policy} in force) or in its
 * signed manifest. What was only wanted never appears here. Thread-safe.
 */
@Singleton
public final class PolicyHistory implements ReportListener {
    private final HistoryStore store;
    private final PolicyReading policies;
    private final Clock clock;

    PolicyHistory(HistoryStore store, PolicyReading policies, Clock clock) {
        this.store = store;
        this.policies = policies;
        this.clock = clock;
    }

    /** What a device said about one moment. */
    private record Said(Optional<Long> version, String sha256, Optional<String> capabilities, Instant since) {}

    /** What is in force, as far as the server has heard; empty for a device that never told. */
    public Optional<Held> now(Handle handle, DeviceId device) {
        return store.open(handle, device);
    }

    /** What was in force at the instant. */
    Optional<Held> at(Handle handle, DeviceId device, Instant at) {
        return store.at(handle, device, at);
    }

    /** Where the history of the device begins. */
    Optional<Instant> begin(Handle handle, DeviceId device) {
        return store.begin(handle, device);
    }

    /** The inventory behind a digest. */
    public Optional<DeviceProfile> profile(Handle handle, String digest) {
        return digest.isEmpty() ? Optional.empty() : store.profile(handle, digest);
    }

    @Override
    public void reported(Handle handle, DeviceRef device, ReportedState state) {
        Optional<String> capabilities = condition(state, new TargetName.Capabilities())
                .flatMap(condition -> switch (condition.state()) {
                    case COMMITTED -> Optional.of(condition.sha256().orElse(""));
                    case ABSENT -> Optional.of("");
                    case OFFERED, VERIFIED, FETCHING, WRITTEN, ARMED, TRIAL, ROLLED_BACK, FAILED, DRIFTED ->
                        Optional.empty();
                });
        condition(state, new TargetName.Policy()).ifPresent(policy -> {
            switch (policy.state()) {
                case COMMITTED ->
                    heard(
                            handle,
                            device,
                            new Said(
                                    version(policy.version()),
                                    policy.sha256().orElse(""),
                                    capabilities,
                                    policy.since()));
                case ABSENT -> heard(handle, device, new Said(Optional.empty(), "", capabilities, policy.since()));
                // The old bundle is still, or again, the one that answers.
                case OFFERED, VERIFIED, FETCHING, WRITTEN, ARMED, TRIAL, ROLLED_BACK, FAILED, DRIFTED -> {}
            }
        });
    }

    @Override
    public void manifest(Handle handle, VersionManifest manifest, ManifestProof proof) {
        manifest.permissions().ifPresent(report -> heard(handle, manifest.device(), said(report, manifest.at())));
    }

    @Override
    public void inventoryChanged(Handle handle, DeviceRef device, VersionManifest manifest) {
        store.open(handle, device.device())
                .filter(open -> open.version().isPresent())
                .ifPresent(open -> heard(
                        handle,
                        device,
                        new Said(open.version(), open.sha256(), Optional.of(open.capabilities()), manifest.at()),
                        true));
    }

    private static Said said(PermissionReport report, Instant at) {
        return new Said(
                report.policyVersion() == 0 ? Optional.empty() : Optional.of(report.policyVersion()),
                report.policySha256().orElse(""),
                Optional.of(report.capabilitiesSha256().orElse("")),
                at);
    }

    private void heard(Handle handle, DeviceRef device, Said said) {
        heard(handle, device, said, false);
    }

    private void heard(Handle handle, DeviceRef device, Said said, boolean newInventory) {
        Optional<Held> open = store.open(handle, device.device());
        String capabilities =
                said.capabilities().orElse(open.map(Held::capabilities).orElse(""));
        boolean same = open.filter(held -> held.version().equals(said.version())
                        && held.sha256().equals(said.sha256())
                        && held.capabilities().equals(capabilities))
                .isPresent();
        if (same && !newInventory) {
            return;
        }
        Instant now = clock.instant();
        String profile = said.version()
                .flatMap(version -> policies.snapshot(handle, device.tenant(), version))
                .map(snapshot -> profile(handle, device, snapshot, now))
                .orElse("");
        if (same && open.orElseThrow().profile().equals(profile)) {
            return;
        }
        Instant from = plausible(said.since(), open.map(Held::from), now);
        store.begin(
                handle,
                device.device(),
                new Held(from, Optional.empty(), said.version(), said.sha256(), capabilities, profile),
                now);
    }

    private String profile(Handle handle, DeviceRef device, PolicySnapshot snapshot, Instant now) {
        DeviceProfile profile = policies.profile(handle, snapshot, device);
        String digest = profile.digest();
        store.put(handle, digest, profile, now);
        return digest;
    }

    /** The device's clock, unless it claims the future or a time before what came earlier: then ours. */
    private static Instant plausible(Instant said, Optional<Instant> last, Instant now) {
        boolean fits = !said.isAfter(now) && last.map(said::isAfter).orElse(said.isAfter(now.minusSeconds(86_400)));
        return fits ? said : now;
    }

    private static Optional<TargetCondition> condition(ReportedState state, TargetName name) {
        return state.targets().stream()
                .filter(condition -> condition.name().equals(name))
                .findFirst();
    }

    private static Optional<Long> version(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
