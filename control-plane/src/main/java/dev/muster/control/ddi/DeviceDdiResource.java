package dev.muster.control.ddi;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** {@code /devices/{id}/ddi}. */
@Path("devices/{id}/ddi")
@RunOnVirtualThread
public class DeviceDdiResource {
    private final Guard guard;
    private final DdiAccessService service;

    DeviceDdiResource(Guard guard, DdiAccessService service) {
        this.guard = guard;
        this.service = service;
    }

    /** What the device's client said, and what it is asked to do. */
    @GET
    @RequiresRole(Role.VIEWER)
    public DdiResource.ClientAnswer client(@PathParam("id") String id) {
        return service.show(guard.require(Role.VIEWER), DeviceService.id(id));
    }

    /** Makes the token of this one client; its text is shown this once. */
    @POST
    @Path("token")
    @ResponseStatus(201)
    @RequiresRole(Role.ADMIN)
    public DdiResource.NewToken targetToken(@PathParam("id") String id, DdiResource.@Nullable WantedToken body) {
        return new DdiResource.NewToken(service.targetToken(
                guard.require(Role.ADMIN), DeviceService.id(id), body == null ? null : body.token()));
    }

    /** Ends the token of this one client. */
    @DELETE
    @Path("token")
    @RequiresRole(Role.ADMIN)
    public void endTargetToken(@PathParam("id") String id) {
        service.endTargetToken(guard.require(Role.ADMIN), DeviceService.id(id));
    }

    /** Asks the client for its attributes once more. */
    @POST
    @Path("attributes")
    @RequiresRole(Role.OPERATOR)
    public void askAttributes(@PathParam("id") String id) {
        service.askAttributes(guard.require(Role.OPERATOR), DeviceService.id(id));
    }

    /** Asks the client to stop; an action that it never saw is stopped at once. */
    @POST
    @Path("actions/{action}/cancel")
    @RequiresRole(Role.OPERATOR)
    public DdiResource.ActionAnswer cancel(@PathParam("id") String id, @PathParam("action") int action) {
        return service.cancel(guard.require(Role.OPERATOR), DeviceService.id(id), action);
    }
}
