package dev.muster.control.rollouts;

import dev.muster.control.reported.ReportListener;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Lets devices go on that were held because they did not meet what a release requires, as soon as a report or a manifest says
 * that they do. Looks at devices that speak, never at the fleet.
 */
@Singleton
final class BlockedDevices implements ReportListener {
    private final RolloutDeviceStore rows;
    private final RolloutService service;

    BlockedDevices(RolloutDeviceStore rows, RolloutService service) {
        this.rows = rows;
        this.service = service;
    }

    @Override
    public void told(Handle handle, TenantId tenant, List<Report> reports) {
        look(handle, reports.stream().map(Report::device).toList());
    }

    @Override
    public void told(Handle handle, DeviceRef device) {
        look(handle, List.of(device.device()));
    }

    private void look(Handle handle, Collection<DeviceId> devices) {
        rows.blocked(handle, devices).forEach((rollout, held) -> service.unblock(handle, rollout, held));
    }
}
