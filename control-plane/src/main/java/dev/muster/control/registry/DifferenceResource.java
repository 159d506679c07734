package dev.muster.control.registry;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.reported.ReportedService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** Desired against reported state of one device. */
@Path("/devices/{id}/difference")
@RunOnVirtualThread
public class DifferenceResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final DeviceService devices;
    private final DesiredService desired;
    private final ReportedService reported;

    DifferenceResource(
            Guard guard,
            TenantTransactions transactions,
            DeviceService devices,
            DesiredService desired,
            ReportedService reported) {
        this.guard = guard;
        this.transactions = transactions;
        this.devices = devices;
        this.desired = desired;
        this.reported = reported;
    }

    /** Per target: wanted, held, and why they differ. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Difference difference(@PathParam("id") String id) {
        Access access = guard.require(Role.VIEWER);
        return transactions.in(access.tenant(), handle -> {
            DeviceId device = new DeviceId(devices.require(handle, access.scope(), DeviceService.id(id))
                    .id());
            return Difference.of(
                    device.value(),
                    desired.read(handle, device).orElseThrow(),
                    reported.report(handle, device),
                    reported.manifest(handle, device));
        });
    }
}
