package dev.muster.control.tenants;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.audit.TrailService;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.ETags;
import dev.muster.control.http.Page;
import dev.muster.control.quotas.Quota;
import dev.muster.control.quotas.QuotaService;
import dev.muster.protocol.identity.TenantId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /tenants}: for administrators of tenant {@code default}; those of another see their own and no more. */
@Path("tenants")
@RunOnVirtualThread
public class TenantResource {
    private final Guard guard;
    private final TenantService service;
    private final TrailService trails;

    TenantResource(Guard guard, TenantService service, TrailService trails) {
        this.guard = guard;
        this.service = service;
        this.trails = trails;
    }

    /**
     * Who is the first administrator: a person or a group of the OpenID provider.
     *
     * @param issuer this server's provider if not given
     */
    public record WantedAdmin(
            @Nullable String kind,
            @Nullable String subject,
            @Nullable String issuer) {}

    /** A tenant to make. */
    public record Wanted(
            @Nullable String id,
            @Nullable String displayName,
            @Nullable WantedAdmin admin,
            @Nullable Map<String, @Nullable Long> quotas) {}

    /**
     * What is to change; the rest stays.
     *
     * @param quotas limits by name; null: as the installation says
     */
    public record Patch(
            @Nullable String displayName,
            @Nullable Boolean suspended,
            @Nullable String reason,
            @Nullable Map<String, @Nullable Long> quotas) {}

    /**
     * How a tenant stands with one quota.
     *
     * @param used null: gateways count, and keep it to themselves
     * @param limit null: none
     * @param own whether the limit was set for this tenant
     */
    public record ShownQuota(@Nullable Long used, @Nullable Long limit, boolean own) {}

    /**
     * A tenant as people read it.
     *
     * @param quotas by name; null in lists
     */
    public record Shown(
            String id,
            String displayName,
            String state,
            String reason,
            long revision,
            Instant createdAt,
            String createdBy,
            String createdByName,
            @Nullable Instant suspendedAt,
            @Nullable Instant deleteAt,
            @Nullable Instant deletedAt,
            @Nullable Instant trailUntil,
            @Nullable Map<String, ShownQuota> quotas) {
        static Shown of(Tenant tenant, @Nullable Map<Quota, QuotaService.Usage> usage) {
            Map<String, ShownQuota> quotas = null;
            if (usage != null) {
                Map<String, ShownQuota> shown = new LinkedHashMap<>();
                usage.forEach((quota, of) -> shown.put(
                        quota.text(),
                        new ShownQuota(of.used().orElse(null), of.limit().orElse(null), of.own())));
                quotas = shown;
            }
            return new Shown(
                    tenant.id().value(),
                    tenant.displayName(),
                    tenant.state().text(),
                    tenant.reason(),
                    tenant.revision(),
                    tenant.createdAt(),
                    tenant.createdBy(),
                    tenant.createdByName(),
                    tenant.suspendedAt(),
                    tenant.deleteAt(),
                    tenant.deletedAt(),
                    tenant.trailUntil(),
                    quotas);
        }
    }

    /** All tenants by name, deleted ones too; for an administrator of another than {@code default}, its own. */
    @GET
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Page<Shown> list() {
        return Page.whole(service.list(access()));
    }

    /** Makes a tenant and its first administrator. */
    @POST
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<Shown> create(@Nullable Wanted body) {
        return answer(201, service.create(access(), Bodies.require(body)));
    }

    /** One tenant, its limits and what it uses of them. */
    @GET
    @Path("{id}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<Shown> get(String id) {
        return answer(200, service.get(access(), id));
    }

    /** Renames, limits, suspends a tenant or lets it go on. */
    @PATCH
    @Path("{id}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<Shown> change(
            String id, @HeaderParam("If-Match") @Nullable String ifMatch, @Nullable Patch body) {
        return answer(200, service.change(access(), id, ETags.asked(ifMatch), Bodies.require(body)));
    }

    /**
     * Deletes a suspended tenant: after a grace, or at once where {@code confirm} is its name. A person's word.
     */
    @DELETE
    @Path("{id}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<Shown> delete(String id, @RestQuery @Nullable String confirm) {
        return answer(200, service.delete(access(), id, confirm));
    }

    /** The audit trail of a deleted tenant as NDJSON, while it is kept. That it was taken is an audit row of our own. */
    @GET
    @Path("{id}/trail")
    @Produces({"application/x-ndjson", MediaType.APPLICATION_JSON})
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Response trail(String id) {
        TenantId tenant = service.takeTrail(access(), id);
        StreamingOutput rows = out -> trails.write(tenant, out);
        return Response.ok(rows, "application/x-ndjson;charset=UTF-8").build();
    }

    private Access access() {
        return guard.require(Role.ADMIN).fleetWide();
    }

    private static RestResponse<Shown> answer(int status, Shown shown) {
        return ETags.answer(status, shown, shown.revision());
    }
}
