package dev.muster.control.permissions;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.groups.GroupService;
import dev.muster.control.reported.ReportedService;
import dev.muster.control.sites.SiteService;
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
    private final SiteService sites;
    private final GroupService groups;
    private final HeldStore store;

    ProfileReader(
            DeviceService devices,
            // Looked up late: the service tells this feature of new inventories.
            Instance<ReportedService> reported,
            SiteService sites,
            GroupService groups,
            HeldStore store) {
        this.devices = devices;
        this.reported = reported;
        this.sites = sites;
        this.groups = groups;
        this.store = store;
    }

    /** The device as {@code snapshot} sees it: its attributes, and the apps of its last signed manifest. */
    DeviceProfile of(Handle handle, PolicySnapshot snapshot, DeviceRef ref) {
        Device device = devices.require(handle, Scope.wholeTenant(ref.tenant()), ref.device());
        List<String> holding = snapshot.expressions().stream()
                .filter(text -> store.selects(handle, Selector.parse(text), ref.device()))
                .toList();
        String site = device.site();
        DeviceAttributes attributes = DeviceAttributes.of(
                site == null ? "" : site,
                device.tags(),
                device.hardware(),
                groups.of(handle, ref.device()),
                site == null || !snapshot.asksForLocalTime()
                        ? ""
                        : sites.require(handle, site).timeZone(),
                holding);
        return DeviceProfile.of(
                snapshot.relevant(attributes),
                reported.get()
                        .manifest(handle, ref.device())
                        .map(ProfileReader::apps)
                        .orElse(List.of()));
    }

    /** The apps of a manifest as a policy sees them. Of an instance that is listed twice the last word counts. */
    static List<AppInstance> apps(VersionManifest manifest) {
        Map<AppKey, AppInstance> apps = new LinkedHashMap<>();
        for (VersionManifest.InstalledApp app : manifest.apps()) {
            AppKey key = new AppKey(app.bundle(), app.user(), app.instance());
            apps.put(
                    key,
                    AppInstance.of(
                            key,
                            // An unknown level is the lowest: it opens nothing.
                            Apl.parse(app.apl()).orElse(Apl.NORMAL),
                            app.permissions(),
                            app.acls(),
                            app.signer().orElse(""),
                            List.of()));
        }
        return List.copyOf(apps.values());
    }
}
