package dev.muster.control.registry;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /inventory}: devices as a file, in and out. Both ways are streamed. */
@Path("inventory")
@RunOnVirtualThread
public class InventoryResource {
    private static final int ROWS = 500;

    private final Guard guard;
    private final ImportService imports;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TenantTransactions transactions;

    InventoryResource(
            Guard guard,
            ImportService imports,
            DeviceService devices,
            AuditStore audit,
            TenantTransactions transactions) {
        this.guard = guard;
        this.imports = imports;
        this.devices = devices;
        this.audit = audit;
        this.transactions = transactions;
    }

    /** What an import did, or what is wrong with its rows. */
    public record Answer(int imported, int refused, List<Wrong> errors) {
        /** What is wrong with a row: its line, the column's name, and why. */
        public record Wrong(int line, String column, String message) {}
    }

    /**
     * Makes each row a pending device, which hardware with its serial number or UDID claims when it enrols. One row that is
     * wrong refuses all, unless {@code partial}.
     */
    @POST
    @Consumes({"text/csv", "application/x-ndjson"})
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Answer load(
            @RestHeader(HttpHeaders.CONTENT_TYPE) @Nullable String type,
            @RestQuery @Nullable Boolean partial,
            InputStream body) {
        Access access = guard.require(Role.OPERATOR).fleetWide();
        ImportService.Imported done = imports.run(
                access, new InventoryReader(body, InventoryFormat.ofMediaType(type)), Boolean.TRUE.equals(partial));
        return new Answer(
                done.imported(),
                done.refused(),
                done.errors().stream()
                        .map(wrong -> new Answer.Wrong(wrong.line(), wrong.column(), wrong.message()))
                        .toList());
    }

    /**
     * The devices that the query selects, as {@code csv} or {@code ndjson}; page by page, so not as of one instant. That it
     * was taken is an audit row.
     */
    @GET
    @Produces({"text/csv", "application/x-ndjson", MediaType.APPLICATION_JSON})
    @RequiresRole(Role.VIEWER)
    public Response save(
            @RestQuery @Nullable String q,
            @Parameter(schema = @Schema(implementation = InventoryFormat.class)) @RestQuery @Nullable String format) {
        Access access = guard.require(Role.VIEWER);
        InventoryFormat wanted = InventoryFormat.ofName(format);
        Selector query = Selector.parse(q);
        transactions.run(
                access.tenant(),
                handle -> audit.append(
                        handle,
                        access.caller(),
                        "inventory.export",
                        "inventory",
                        Map.of("query", query.text(), "format", wanted.name().toLowerCase(Locale.ROOT))));
        StreamingOutput rows = out -> write(access, query, wanted, out);
        return Response.ok(rows, wanted.mediaType() + ";charset=UTF-8").build();
    }

    private void write(Access access, Selector query, InventoryFormat format, OutputStream out) throws IOException {
        InventoryWriter writer = new InventoryWriter(
                format, transactions.in(access.tenant(), handle -> devices.metadataKeys(handle, access.scope())));
        out.write(writer.head().getBytes(StandardCharsets.UTF_8));
        String after = "";
        while (true) {
            String from = after;
            List<Device> page =
                    transactions.in(access.tenant(), handle -> devices.list(handle, access.scope(), query, from, ROWS));
            StringBuilder text = new StringBuilder();
            page.forEach(device -> text.append(writer.row(device)));
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            if (page.size() < ROWS) {
                return;
            }
            after = page.getLast().id();
        }
    }
}
