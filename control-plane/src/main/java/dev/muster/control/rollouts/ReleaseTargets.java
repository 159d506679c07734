package dev.muster.control.rollouts;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.releases.ReleaseService;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What a release means for a device: the targets that fit its hardware. */
@Singleton
final class ReleaseTargets implements RolloutTargets {
    private final ReleaseService releases;
    private final DesiredService desired;

    ReleaseTargets(ReleaseService releases, DesiredService desired) {
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
}
