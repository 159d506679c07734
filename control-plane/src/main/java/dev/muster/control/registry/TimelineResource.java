package dev.muster.control.registry;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What happened to one device. */
@Path("/devices/{id}/timeline")
@RunOnVirtualThread
public class TimelineResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final DeviceService devices;
    private final TimelineStore store;

    TimelineResource(Guard guard, TenantTransactions transactions, DeviceService devices, TimelineStore store) {
        this.guard = guard;
        this.transactions = transactions;
        this.devices = devices;
        this.store = store;
    }

    /** Events, changes, steps of rollouts and certificates in one list, newest first. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<TimelineEntry> timeline(
            @PathParam("id") String id, @RestQuery @Nullable Integer limit, @RestQuery @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        TimelineStore.Place before =
                Cursor.decode(cursor).map(TimelineResource::place).orElse(TimelineStore.Place.NEWEST);
        List<TimelineStore.Placed> rows = transactions.in(access.tenant(), handle -> {
            DeviceId device = new DeviceId(devices.require(handle, access.scope(), DeviceService.id(id))
                    .id());
            return store.list(handle, device, before, size + 1);
        });
        Page<TimelineStore.Placed> page = Page.of(rows, size, row -> text(row.place()));
        return new Page<>(page.items().stream().map(TimelineStore.Placed::entry).toList(), page.next());
    }

    private static String text(TimelineStore.Place place) {
        return place.at() + " " + place.source() + " " + place.key();
    }

    private static TimelineStore.Place place(String text) {
        String[] parts = text.split(" ", 3);
        try {
            if (parts.length == 3) {
                return new TimelineStore.Place(Instant.parse(parts[0]), parts[1], parts[2]);
            }
        } catch (DateTimeException e) {
            // Said below.
        }
        throw new ProblemException(ProblemCode.INVALID_CURSOR, "expected a cursor from an earlier page");
    }
}
