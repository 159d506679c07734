package dev.muster.control.permissions;

import dev.muster.control.devices.DeviceListener;
import dev.muster.control.groups.GroupListener;
import dev.muster.control.reported.ReportListener;
import dev.muster.control.sites.SiteListener;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.reported.ReportedState;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Keeps a device's bundle in step with what its policy can tell of it. What concerns one device happens in the
 * transaction that changed it; a site's time zone and the query of a group concern many, and they follow through the queue.
 */
@Singleton
final class PolicyListener implements ReportListener, DeviceListener, SiteListener, GroupListener {
    private final PolicySettler settler;
    private final PolicySnapshots snapshots;
    private final HeldStore store;
    private final Clock clock;

    PolicyListener(PolicySettler settler, PolicySnapshots snapshots, HeldStore store, Clock clock) {
        this.settler = settler;
        this.snapshots = snapshots;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public void inventoryChanged(Handle handle, DeviceRef device, VersionManifest manifest) {
        settler.settle(handle, device);
    }

    @Override
    public void changed(Handle handle, DeviceRef device) {
        if (settler.version(handle, device).isPresent()) {
            settler.settle(handle, device);
        }
    }

    @Override
    public void statusChanged(Handle handle, DeviceRef device, DeviceState.Status status) {
        if (status != DeviceState.Status.RETIRED) {
            changed(handle, device);
        }
    }

    @Override
    public void reported(Handle handle, DeviceRef device, ReportedState state) {
        if (!state.facts().isEmpty() && asksForFacts(handle, device)) {
            settler.settle(handle, device);
        }
    }

    private boolean asksForFacts(Handle handle, DeviceRef device) {
        return settler.version(handle, device)
                .flatMap(version -> snapshots.find(handle, device.tenant(), version))
                .filter(snapshot -> snapshot.expressions().stream().anyMatch(text -> text.contains("fact.")))
                .isPresent();
    }

    @Override
    public void timeZoneChanged(Handle handle, List<String> sites) {
        store.sitesDue(handle, sites, clock.instant());
    }

    // A changed query moves many at once: none of them is compiled for in its transaction.
    @Override
    public void joined(Handle handle, DeviceRef device, String group) {
        store.groupsDue(handle, device.device(), clock.instant());
    }

    @Override
    public void left(Handle handle, DeviceRef device, String group) {
        store.groupsDue(handle, device.device(), clock.instant());
    }
}
