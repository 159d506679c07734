package dev.muster.control.rollouts;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.releases.Release;
import dev.muster.control.releases.ReleaseService;
import dev.muster.control.releases.WithdrawalService;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What a release means for a device: the targets that fit its hardware. */
@Singleton
final class ReleaseTargets implements RolloutTargets {
    private final RolloutStore rollouts;
    private final ReleaseService releases;
    private final WithdrawalService withdrawals;
    private final DesiredService desired;
    private final RequirementCheck requirements;

    ReleaseTargets(
            RolloutStore rollouts,
            ReleaseService releases,
            WithdrawalService withdrawals,
            DesiredService desired,
            RequirementCheck requirements) {
        this.rollouts = rollouts;
        this.releases = releases;
        this.withdrawals = withdrawals;
        this.desired = desired;
        this.requirements = requirements;
    }

    @Override
    public RolloutKind kind() {
        return RolloutKind.RELEASE;
    }

    @Override
    public Map<TargetName, DesiredContent> targets(Handle handle, RolloutSubject subject, DeviceRef device) {
        return desired.read(handle, device.device())
                .map(DesiredState::hardware)
                .map(hardware -> release(handle, subject).contentFor(hardware))
                .orElse(Map.of());
    }

    @Override
    public Map<DeviceId, Map<TargetName, DesiredContent>> targets(
            Handle handle, RolloutSubject subject, TenantId tenant, Map<DeviceId, DesiredState> devices) {
        Release release = release(handle, subject);
        Map<String, Map<TargetName, DesiredContent>> byHardware = new HashMap<>();
        Map<DeviceId, Map<TargetName, DesiredContent>> targets = new HashMap<>();
        devices.forEach((device, state) ->
                targets.put(device, byHardware.computeIfAbsent(state.hardware(), release::contentFor)));
        return targets;
    }

    /** A device that is to hold all of the release already has nothing to wait for. */
    @Override
    public Map<DeviceId, List<String>> unmet(
            Handle handle, RolloutSubject subject, Map<DeviceId, DesiredState> devices) {
        Release release = release(handle, subject);
        Map<DeviceId, String> asked = new HashMap<>();
        devices.forEach((device, state) -> {
            if (!Downloads.isHeld(release.contentFor(state.hardware()), state)) {
                asked.put(device, state.hardware());
            }
        });
        return requirements.unmet(handle, release.requires(), asked);
    }

    private Release release(Handle handle, RolloutSubject subject) {
        return switch (subject) {
            case RolloutSubject.OfRelease of -> releases.require(handle, of.release());
            case RolloutSubject.OfPolicy policy ->
                throw new IllegalArgumentException("expected a release, found policy version " + policy.version());
            case RolloutSubject.OfSettings settings ->
                throw new IllegalArgumentException("expected a release, found settings version " + settings.version());
        };
    }

    @Override
    public List<DeviceId> fitting(Handle handle, RolloutSubject subject, List<DeviceId> devices) {
        Release release = release(handle, subject);
        withdrawals.requireOffered(handle, release);
        Map<String, Boolean> fits = new HashMap<>();
        Map<DeviceId, String> hardware = rollouts.hardware(handle, devices);
        return devices.stream()
                .filter(device ->
                        fits.computeIfAbsent(hardware.getOrDefault(device, ""), board -> !release.contentFor(board)
                                .isEmpty()))
                .toList();
    }
}
