package dev.muster.control.doctor;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** {@code /doctor}: is the server well. */
@Path("doctor")
@RunOnVirtualThread
public class DoctorResource {
    private final Guard guard;
    private final DoctorService service;

    DoctorResource(Guard guard, DoctorService service) {
        this.guard = guard;
        this.service = service;
    }

    /**
     * What this instance and what it depends on look like now, and what to do where something is not well; takes seconds at
     * most. In another tenant than {@code default} that tenant's trust metadata only.
     */
    @GET
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Diagnosis get() {
        return service.diagnose(guard.require(Role.OPERATOR));
    }
}
