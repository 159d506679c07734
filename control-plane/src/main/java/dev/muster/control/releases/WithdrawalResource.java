package dev.muster.control.releases;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;

/** Takes a release out of use. */
@Path("/releases/{id}/withdraw")
@RunOnVirtualThread
public class WithdrawalResource {
    private final Guard guard;
    private final WithdrawalService service;

    WithdrawalResource(Guard guard, WithdrawalService service) {
        this.guard = guard;
        this.service = service;
    }

    /** Withdraws it; 409 with {@code usedBy} while something uses it. */
    @POST
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public void withdraw(@PathParam("id") UUID id) {
        Access access = guard.require(Role.RELEASE_MANAGER).fleetWide();
        service.withdraw(access.caller(), id);
    }
}
