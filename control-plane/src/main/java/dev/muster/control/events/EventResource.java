package dev.muster.control.events;

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

/** The events of a device, for people. */
@Path("/devices/{id}/events")
@RunOnVirtualThread
public class EventResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final DeviceService devices;
    private final EventStore store;

    EventResource(Guard guard, TenantTransactions transactions, DeviceService devices, EventStore store) {
        this.guard = guard;
        this.transactions = transactions;
        this.devices = devices;
        this.store = store;
    }

    /** Newest first. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<StoredEvent> events(
            @PathParam("id") String id,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        long before = Cursor.decodeNumber(cursor);
        return transactions.in(access.tenant(), handle -> {
            DeviceId device = new DeviceId(devices.require(handle, access.scope(), DeviceService.id(id))
                    .id());
            return Page.of(store.list(handle, device, before, size + 1), size, event -> Long.toString(event.id()));
        });
    }
}
