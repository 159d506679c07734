package dev.muster.control.permissions;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jspecify.annotations.Nullable;

/** Changes that wait for no wave, and the state of capabilities, for people. */
@Path("/policy")
@RunOnVirtualThread
public class UrgentResource {
    private final Guard guard;
    private final UrgentService service;
    private final CapabilityService capabilities;
    private final ChainService chains;

    UrgentResource(Guard guard, UrgentService service, CapabilityService capabilities, ChainService chains) {
        this.guard = guard;
        this.service = service;
        this.capabilities = capabilities;
        this.chains = chains;
    }

    /** What lies on top of the versions in force. */
    @GET
    @Path("/urgent")
    @RequiresRole(Role.VIEWER)
    public Page<UrgentService.Shown> urgent() {
        return Page.whole(service.list(guard.require(Role.VIEWER)));
    }

    /** A guard rail of the draft counts on every device from now on. */
    @POST
    @Path("/guard-rails/{name}/enforce-now")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public UrgentService.Shown enforce(@PathParam("name") String name, @Nullable Why body) {
        return service.enforce(guard.require(Role.SECURITY_OFFICER).fleetWide(), name, reason(body));
    }

    /** It counts only where a version contains it. */
    @DELETE
    @Path("/guard-rails/{name}/enforce-now")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public void withdraw(@PathParam("name") String name) {
        service.withdraw(guard.require(Role.SECURITY_OFFICER).fleetWide(), name);
    }

    /** How capabilities stand. */
    @GET
    @Path("/capabilities")
    @RequiresRole(Role.VIEWER)
    public Page<CapabilityService.Shown> capabilities() {
        return Page.whole(capabilities.list(guard.require(Role.VIEWER)));
    }

    /** A capability ends on every device, for good. */
    @POST
    @Path("/capabilities/{name}/revoke")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public UrgentService.Shown revoke(@PathParam("name") String name, @Nullable Why body) {
        return service.revoke(guard.require(Role.SECURITY_OFFICER).fleetWide(), name, reason(body));
    }

    /** A block of a chain, and what was handed on from it, ends on every device, for good. */
    @POST
    @Path("/capabilities/{name}/revocations")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public ChainService.Shown revokeBlock(@PathParam("name") String name, @Nullable Block body) {
        return chains.revoke(
                guard.require(Role.SECURITY_OFFICER).fleetWide(),
                name,
                body == null || body.id() == null ? "" : body.id(),
                body == null || body.reason() == null ? "" : body.reason());
    }

    /** Which block, by its revocation id, and why. */
    public record Block(@Nullable String id, @Nullable String reason) {}

    /** Why something urgent is done; kept with it and in the audit trail. */
    public record Why(@Nullable String reason) {}

    private static String reason(@Nullable Why body) {
        return body == null || body.reason() == null ? "" : body.reason();
    }
}
