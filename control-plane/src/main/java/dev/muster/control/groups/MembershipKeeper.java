package dev.muster.control.groups;

import dev.muster.control.access.Selector;
import dev.muster.control.devices.ChangedFields;
import dev.muster.control.devices.DeviceListener;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.sites.SiteListener;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Keeps dynamic groups true. A device whose data change is looked at in the same transaction, alone, and only by groups that
 * ask for what changed; a changed tree of sites means the groups that ask for sites, over all devices.
 */
@Singleton
final class MembershipKeeper implements DeviceListener, SiteListener {
    private final GroupStore store;
    private final GroupService groups;
    private final DeviceService devices;

    MembershipKeeper(GroupStore store, GroupService groups, DeviceService devices) {
        this.store = store;
        this.groups = groups;
        this.devices = devices;
    }

    @Override
    public void dataChanged(Handle handle, DeviceRef device, ChangedFields changed) {
        Map<String, String> asked =
                changed.everything() ? store.dynamic(handle) : store.asking(handle, changed.names());
        groups.reconsider(handle, device, asked);
    }

    @Override
    public void moved(Handle handle, TenantId tenant, List<String> sites) {
        devices.holdAll(handle);
        store.asking(handle, Set.of("site"))
                .forEach((name, query) -> groups.evaluate(handle, tenant, name, Selector.parse(query)));
    }
}
