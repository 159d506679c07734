package dev.muster.control.rollouts;

import dev.muster.control.access.Selector;
import dev.muster.control.devices.ChangedFields;
import dev.muster.control.devices.DeviceListener;
import dev.muster.control.groups.GroupListener;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Lets devices into rollouts that ask for newcomers, in the transaction that made the selector mean them. Looks at the one
 * device and at the few rollouts that ask; never at the fleet.
 */
@Singleton
final class Newcomers implements DeviceListener, GroupListener {
    private final RolloutStore store;
    private final RolloutDeviceStore rows;
    private final RolloutService service;

    Newcomers(RolloutStore store, RolloutDeviceStore rows, RolloutService service) {
        this.store = store;
        this.rows = rows;
        this.service = service;
    }

    @Override
    public void dataChanged(Handle handle, DeviceRef device, ChangedFields changed) {
        consider(handle, device);
    }

    @Override
    public void joined(Handle handle, DeviceRef device, String group) {
        consider(handle, device);
    }

    private void consider(Handle handle, DeviceRef device) {
        for (RolloutStore.Open rollout : store.openToNewcomers(handle)) {
            if (!rows.selected(handle, Selector.parse(rollout.selector()), List.of(device.device()))
                    .isEmpty()) {
                service.join(handle, rollout.id(), device);
            }
        }
    }
}
