package dev.muster.control.settings;

import dev.muster.control.access.Scope;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.desired.DesiredContent;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.rollouts.RolloutKind;
import dev.muster.control.rollouts.RolloutSubject;
import dev.muster.control.rollouts.RolloutTargets;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What a settings version means for a device: its levels merged; devices with equal settings share the bytes. */
@Singleton
class SettingsTargets implements RolloutTargets {
    private final SettingsVersionStore versions;
    private final SettingsMerger merger;
    private final DeviceService devices;
    private final ArtifactService artifacts;

    SettingsTargets(
            SettingsVersionStore versions, SettingsMerger merger, DeviceService devices, ArtifactService artifacts) {
        this.versions = versions;
        this.merger = merger;
        this.devices = devices;
        this.artifacts = artifacts;
    }

    @Override
    public RolloutKind kind() {
        return RolloutKind.SETTINGS;
    }

    /** Settings are for every device that can believe them; merging them for each just to plan would cost the whole rollout at once. */
    @Override
    public List<DeviceId> fitting(Handle handle, RolloutSubject subject, List<DeviceId> chosen) {
        return devices.believing(handle, chosen);
    }

    @Override
    public Map<TargetName, DesiredContent> targets(Handle handle, RolloutSubject subject, DeviceRef device) {
        return switch (subject) {
            case RolloutSubject.OfSettings settings -> hold(handle, device, settings.version());
            case RolloutSubject.OfRelease release ->
                throw new IllegalArgumentException("expected a settings version, found release " + release.release());
            case RolloutSubject.OfPolicy policy ->
                throw new IllegalArgumentException(
                        "expected a settings version, found policy version " + policy.version());
        };
    }

    /** Notes that the device is to hold the version, and gives what that means. The caller holds the device's row. */
    Map<TargetName, DesiredContent> hold(Handle handle, DeviceRef device, long version) {
        SettingsMerger.Ladder ladder = ladder(handle, device);
        SettingsMerge merged = SettingsMerger.merge(
                versions.relevant(handle, version, device.device(), ladder.sites(), ladder.groups()), ladder);
        Artifact artifact = artifacts.keep(
                handle,
                device.tenant(),
                Artifact.Kind.SETTINGS,
                Long.toString(version),
                JsonObject.write(merged.document()));
        versions.hold(handle, device.device(), version);
        return Map.of(new TargetName.Settings(), artifact.present());
    }

    private SettingsMerger.Ladder ladder(Handle handle, DeviceRef device) {
        Optional<String> site =
                Optional.ofNullable(devices.require(handle, Scope.wholeTenant(device.tenant()), device.device())
                        .site());
        return merger.ladder(handle, device.device(), site);
    }
}
