package dev.muster.control.permissions;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.reported.ReportedService;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.manifest.VersionManifest;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Makes the profile by which a policy tells devices apart. */
@Singleton
final class ProfileReader {
    private final DeviceService devices;
    private final Instance<ReportedService> reported;
    private final PolicyStore store;

    ProfileReader(
            DeviceService devices,
            // Looked up late: the service tells this feature of new inventories.
            Instance<ReportedService> reported,
            PolicyStore store) {
        this.devices = devices;
        this.reported = reported;
        this.store = store;
    }

    /** The device as {@code snapshot} sees it: its attributes, and the apps of its last signed manifest. */
    DeviceProfile of(Handle handle, PolicySnapshot snapshot, DeviceRef ref) {
        Device device = devices.require(handle, Scope.wholeTenant(ref.tenant()), ref.device());
        List<String> holding = snapshot.expressions().stream()
                .filter(text -> store.selects(handle, Selector.parse(text), ref.device()))
                .toList();
        DeviceAttributes attributes = DeviceAttributes.of(
                device.site() == null ? "" : device.site(), device.tags(), device.hardware(), List.of(), "", holding);
        return DeviceProfile.of(
                snapshot.relevant(attributes),
                reported.get()
                        .manifest(handle, ref.device())
                        .map(ProfileReader::apps)
                        .orElse(List.of()));
    }

    private static List<AppInstance> apps(VersionManifest manifest) {
        // A manifest may list an app once per user; the agent reports the first user only, and the last word counts.
        Map<AppKey, AppInstance> apps = new LinkedHashMap<>();
        for (VersionManifest.InstalledApp app : manifest.apps()) {
            AppKey key = AppKey.of(app.bundle());
            apps.put(key, AppInstance.of(key, Apl.parse(app.apl()).orElse(Apl.NORMAL), app.permissions()));
        }
        return List.copyOf(apps.values());
    }
}
