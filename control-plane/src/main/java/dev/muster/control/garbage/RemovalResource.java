package dev.muster.control.garbage;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.trustrepo.TrustDraft;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** Takes an artifact out of what its publisher signed. */
@Path("/artifacts/{sha256}/removal")
@RunOnVirtualThread
public class RemovalResource {
    private final Guard guard;
    private final RemovalService service;

    RemovalResource(Guard guard, RemovalService service) {
        this.guard = guard;
        this.service = service;
    }

    /** Makes the draft that its publisher has to sign; 409 with {@code usedBy} while something needs the artifact. */
    @POST
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public TrustDraft.Answer remove(@PathParam("sha256") String sha256) {
        return service.remove(guard.require(Role.RELEASE_MANAGER).fleetWide(), sha256);
    }
}
