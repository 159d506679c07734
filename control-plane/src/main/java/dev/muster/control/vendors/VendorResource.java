package dev.muster.control.vendors;

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
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Whose packages count as verified, for people. */
@Path("/vendor-roots")
@RunOnVirtualThread
public class VendorResource {
    private final Guard guard;
    private final VendorService service;

    VendorResource(Guard guard, VendorService service) {
        this.guard = guard;
        this.service = service;
    }

    /** Those of the server first, then the tenant's own. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<VendorRoot> list() {
        return Page.whole(service.list(guard.require(Role.VIEWER)));
    }

    /** Adds certificates in PEM, all or none; packages of this tenant are judged anew. 202 where a second person has to agree. */
    @POST
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<Object> add(@Nullable NewRoot body) {
        NewRoot asked = Bodies.require(body);
        return service.add(
                        guard.require(Role.ADMIN).fleetWide(),
                        Bodies.require(asked.pem(), "pem"),
                        asked.note() == null ? "" : asked.note())
                .answer();
    }

    /** Removes one; packages of this tenant are judged anew. 202 where a second person has to agree. */
    @DELETE
    @Path("/{sha256}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<Object> remove(@PathParam("sha256") String sha256) {
        return service.remove(guard.require(Role.ADMIN).fleetWide(), sha256).answerWithout();
    }

    /** The body of {@code POST /vendor-roots}. */
    public record NewRoot(@Nullable String pem, @Nullable String note) {}
}
