package dev.muster.control.factory;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** {@code /factory-anchors}: makers whose certificates let devices in. */
@Path("factory-anchors")
@RunOnVirtualThread
public class FactoryResource {
    private final Guard guard;
    private final FactoryService service;

    FactoryResource(Guard guard, FactoryService service) {
        this.guard = guard;
        this.service = service;
    }

    /** A maker to register: a person approves each of its devices, if not said otherwise. */
    public record Wanted(
            @Nullable String name,
            @Nullable String certificate,
            @Nullable String serialFrom,
            @Nullable String site,
            @Nullable List<String> tags,
            @Nullable Boolean approval) {}

    /** A certificate of the maker that lets nobody in from now on. */
    public record Revocation(@Nullable String serial) {}

    /** All makers. */
    @GET
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Page<FactoryAnchor> list() {
        return Page.whole(service.list(guard.require(Role.OPERATOR)));
    }

    /** Registers a maker. */
    @POST
    @ResponseStatus(201)
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public FactoryAnchor add(@Nullable Wanted body) {
        var access = guard.require(Role.SECURITY_OFFICER);
        return service.add(access, Bodies.require(body));
    }

    /** No more devices of this maker; those enrolled stay. */
    @DELETE
    @Path("{name}")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public void delete(String name) {
        service.delete(guard.require(Role.SECURITY_OFFICER), name);
    }

    /** Revokes one factory certificate. */
    @POST
    @Path("{name}/revocations")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public FactoryAnchor revoke(String name, @Nullable Revocation body) {
        var access = guard.require(Role.SECURITY_OFFICER);
        return service.revoke(access, name, Bodies.require(body).serial());
    }
}
