package dev.muster.control.commands;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/** What one device was asked, for people. */
@Path("/devices/{id}/commands")
@RunOnVirtualThread
public class DeviceCommandsResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final DeviceService devices;
    private final CommandDeviceStore rows;

    DeviceCommandsResource(
            Guard guard, TenantTransactions transactions, DeviceService devices, CommandDeviceStore rows) {
        this.guard = guard;
        this.transactions = transactions;
        this.devices = devices;
        this.rows = rows;
    }

    /** Newest first. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<CommandOnDevice> list(
            @PathParam("id") String id,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        long skip = Cursor.decodeNumber(cursor);
        return transactions.in(access.tenant(), handle -> {
            DeviceId device = new DeviceId(devices.require(handle, access.scope(), DeviceService.id(id))
                    .id());
            return Page.of(rows.of(handle, device, skip, size + 1), size, last -> Long.toString(skip + size));
        });
    }
}
