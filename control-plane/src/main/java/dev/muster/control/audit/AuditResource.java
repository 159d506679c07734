package dev.muster.control.audit;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /audit}. */
@Path("audit")
@RunOnVirtualThread
public class AuditResource {
    private final Guard guard;
    private final AuditStore store;
    private final TenantTransactions transactions;

    AuditResource(Guard guard, AuditStore store, TenantTransactions transactions) {
        this.guard = guard;
        this.store = store;
        this.transactions = transactions;
    }

    /** The trail of one object, newest first, as far as it is in scope; of everything for administrators. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<AuditEntry> list(
            @RestQuery @Nullable String object,
            @RestQuery @Nullable Integer limit,
            @RestQuery @Nullable String cursor) {
        boolean all = object == null || object.isBlank();
        Access access = all ? guard.require(Role.ADMIN).fleetWide() : guard.require(Role.VIEWER);
        if (object != null && !all && !object.startsWith("device/")) {
            // Only devices lie inside or outside a scope; all else belongs to the whole fleet.
            access.fleetWide();
        }
        int size = Cursor.limit(limit);
        long before = Cursor.decodeNumber(cursor);
        return Page.of(
                transactions.in(
                        access.tenant(),
                        handle -> store.list(
                                handle,
                                access.scope(),
                                all ? null : object,
                                before == 0 ? Long.MAX_VALUE : before,
                                size + 1)),
                size,
                entry -> Long.toString(entry.id()));
    }
}
