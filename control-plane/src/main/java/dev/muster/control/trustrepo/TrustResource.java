package dev.muster.control.trustrepo;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** The state of the tenant's repositories, for people. */
@Path("/trust/status")
@RunOnVirtualThread
public class TrustResource {
    private final Guard guard;
    private final TrustService trust;

    TrustResource(Guard guard, TrustService trust) {
        this.guard = guard;
        this.trust = trust;
    }

    /** Every role with its version, expiry, keys and threshold. */
    @GET
    @RequiresRole(Role.VIEWER)
    public TrustStatus status() {
        return trust.status(guard.require(Role.VIEWER).tenant());
    }
}
