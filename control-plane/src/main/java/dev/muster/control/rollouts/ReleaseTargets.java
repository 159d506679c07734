package dev.muster.control.rollouts;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.releases.Release;
import dev.muster.control.releases.ReleaseService;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
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
    private final DesiredService desired;

    ReleaseTargets(RolloutStore rollouts, ReleaseService releases, DesiredService desired) {
        this.rollouts = rollouts;
        this.releases = releases;
        this.desired = desired;
    }

    @Override
    public RolloutKind kind() {
        return RolloutKind.RELEASE;
    }

    @Override
    public Map<TargetName, DesiredContent> targets(Handle handle, RolloutSubject subject, DeviceRef device) {
        return switch (subject) {
            case RolloutSubject.OfRelease release ->
                desired.read(handle, device.device())
                        .map(DesiredState::hardware)
                        .map(hardware ->
                                releases.require(handle, release.release()).contentFor(hardware))
                        .orElse(Map.of());
            case RolloutSubject.OfPolicy policy ->
                throw new IllegalArgumentException("expected a release, found policy version " + policy.version());
            case RolloutSubject.OfSettings settings ->
                throw new IllegalArgumentException("expected a release, found settings version " + settings.version());
        };
    }

    @Override
    public List<DeviceId> fitting(Handle handle, RolloutSubject subject, List<DeviceId> devices) {
        return switch (subject) {
            case RolloutSubject.OfRelease of -> {
                Release release = releases.require(handle, of.release());
                Map<String, Boolean> fits = new HashMap<>();
                Map<DeviceId, String> hardware = rollouts.hardware(handle, devices);
                yield devices.stream()
                        .filter(device -> fits.computeIfAbsent(
                                hardware.getOrDefault(device, ""),
                                board -> !release.contentFor(board).isEmpty()))
                        .toList();
            }
            case RolloutSubject.OfPolicy policy ->
                throw new IllegalArgumentException("expected a release, found policy version " + policy.version());
            case RolloutSubject.OfSettings settings ->
                throw new IllegalArgumentException("expected a release, found settings version " + settings.version());
        };
    }
}
