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
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /audit}. */
@Path("audit")
@RunOnVirtualThread
public class AuditResource {
    private final Guard guard;
    private final AuditStore store;
    private final ExportService exports;
    private final TenantTransactions transactions;

    AuditResource(Guard guard, AuditStore store, ExportService exports, TenantTransactions transactions) {
        this.guard = guard;
        this.store = store;
        this.exports = exports;
        this.transactions = transactions;
    }

    /**
     * The trail, newest first: of one object as far as it is in scope; of everything, also by beginnings of verbs and
     * objects ({@code device.*}), for administrators.
     */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<AuditEntry> list(
            @RestQuery @Nullable String object,
            @RestQuery @Nullable String actor,
            @RestQuery @Nullable String verb,
            @RestQuery @Nullable String from,
            @RestQuery @Nullable String to,
            @RestQuery @Nullable Integer limit,
            @RestQuery @Nullable String cursor) {
        Access viewer = guard.require(Role.VIEWER);
        AuditFilter filter = AuditFilter.of(actor, verb, object, from, to);
        boolean one = filter.exactObject().isPresent();
        Access access = one ? viewer : guard.require(Role.ADMIN).fleetWide();
        if (one && !filter.exactObject().get().startsWith("device/")) {
            // Only devices lie inside or outside a scope; all else belongs to the whole fleet.
            access.fleetWide();
        }
        int size = Cursor.limit(limit);
        long before = Cursor.decodeNumber(cursor);
        return Page.of(
                transactions.in(
                        access.tenant(),
                        handle -> store.list(
                                handle, access.scope(), filter, before == 0 ? Long.MAX_VALUE : before, size + 1)),
                size,
                entry -> Long.toString(entry.id()));
    }

    /**
     * The trail as a file, in the order of the chain: {@code ndjson} with every row's seal, or {@code cef}. Streamed page by
     * page. That it was taken is an audit row of its own.
     */
    @GET
    @Path("/export")
    @Produces({"application/x-ndjson", MediaType.TEXT_PLAIN, MediaType.APPLICATION_JSON})
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Response export(
            @Parameter(schema = @Schema(implementation = ExportFormat.class)) @RestQuery @Nullable String format,
            @RestQuery @Nullable String object,
            @RestQuery @Nullable String actor,
            @RestQuery @Nullable String verb,
            @RestQuery @Nullable String from,
            @RestQuery @Nullable String to) {
        Access access = guard.require(Role.ADMIN);
        ExportFormat wanted = ExportFormat.ofName(format);
        AuditFilter filter = AuditFilter.of(actor, verb, object, from, to);
        exports.announce(access, filter, wanted);
        StreamingOutput rows = out -> exports.write(access.tenant(), filter, wanted, out);
        return Response.ok(rows, wanted.mediaType() + ";charset=UTF-8").build();
    }
}
