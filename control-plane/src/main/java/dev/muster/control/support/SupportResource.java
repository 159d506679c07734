package dev.muster.control.support;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** {@code /support}: what a support bundle tells of the server. */
@Path("support")
@RunOnVirtualThread
public class SupportResource {
    private final Guard guard;
    private final SupportService service;

    SupportResource(Guard guard, SupportService service) {
        this.guard = guard;
        this.service = service;
    }

    /** Versions, findings, harmless settings, counts, lag and meters; for administrators of tenant {@code default}. */
    @GET
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public SupportFacts get() {
        return service.gather(guard.require(Role.ADMIN));
    }
}
