package dev.muster.control.impact;

import dev.muster.control.permissions.PolicyReading;
import dev.muster.control.reported.ManifestProof;
import dev.muster.control.reported.ReportListener;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.permissions.PermissionReport;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Keeps what impact needs of every manifest, in the transaction that stores it. */
@Singleton
final class InventoryListener implements ReportListener {
    private final InventoryStore store;

    InventoryListener(InventoryStore store) {
        this.store = store;
    }

    @Override
    public void manifest(Handle handle, VersionManifest manifest, ManifestProof proof) {
        take(handle, manifest);
    }

    /** Notes apps, traits and processes of the device. */
    void take(Handle handle, VersionManifest manifest) {
        DeviceId device = manifest.device().device();
        store.put(
                handle,
                device,
                new AppSet(PolicyReading.apps(manifest)),
                traits(handle, manifest),
                manifest.permissions().map(PermissionReport::levels).orElse(List.of()));
        store.putProcesses(handle, device, processes(manifest));
    }

    private PlatformTraits traits(Handle handle, VersionManifest manifest) {
        return manifest.permissions()
                .map(PermissionReport::traits)
                .map(told -> new PlatformTraits(platform(told.platform()), told.privilegedHelper(), told.debugBuild()))
                // An agent that does not tell its traits has no helper; its platform stands among the facts.
                .orElseGet(() -> new PlatformTraits(
                        platform(store.platformFact(handle, manifest.device().device())), false, false));
    }

    private static PlatformTraits.Platform platform(String word) {
        for (PlatformTraits.Platform platform : PlatformTraits.Platform.values()) {
            if (platform.name().equals(word.toUpperCase(Locale.ROOT))) {
                return platform;
            }
        }
        return PlatformTraits.Platform.LINUX;
    }

    private static Map<AppKey, Integer> processes(VersionManifest manifest) {
        Map<AppKey, Integer> processes = new HashMap<>();
        for (VersionManifest.InstalledApp app : manifest.apps()) {
            app.processes()
                    .ifPresent(count -> processes.put(new AppKey(app.bundle(), app.user(), app.instance()), (int)
                            Math.min(Math.max(count, 0), Integer.MAX_VALUE)));
        }
        return processes;
    }
}
