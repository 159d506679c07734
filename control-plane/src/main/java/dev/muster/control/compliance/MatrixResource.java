package dev.muster.control.compliance;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/** {@code GET /devices/{id}/permissions}. */
@Path("/devices/{id}/permissions")
@RunOnVirtualThread
public class MatrixResource {
    private final Guard guard;
    private final MatrixService service;

    MatrixResource(Guard guard, MatrixService service) {
        this.guard = guard;
        this.service = service;
    }

    /** What the apps of the device may do, with why and how far it binds; of one app if {@code bundle} names it. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Matrix permissions(@PathParam("id") String id, @QueryParam("bundle") @Nullable String bundle) {
        return service.matrix(guard.require(Role.VIEWER), id, bundle);
    }
}
