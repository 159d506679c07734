package dev.muster.control.subdevices;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** {@code /devices/{id}/children}: what is behind a gateway. */
@Path("/devices/{id}/children")
@RunOnVirtualThread
public class SubDeviceResource {
    private final Guard guard;
    private final SubDeviceService service;

    SubDeviceResource(Guard guard, SubDeviceService service) {
        this.guard = guard;
        this.service = service;
    }

    /** All that the gateway told of, by name. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<SubDevice> list(@PathParam("id") String id) {
        return Page.whole(service.list(guard.require(Role.VIEWER), DeviceService.id(id)));
    }

    /** Lets one in: it becomes the device {@code gateway/child}. */
    @POST
    @Path("/{child}/approve")
    @RequiresRole(Role.OPERATOR)
    public SubDevice approve(@PathParam("id") String id, @PathParam("child") String child) {
        return service.approve(guard.require(Role.OPERATOR), DeviceService.id(id), child);
    }

    /** Does not let one in. */
    @POST
    @Path("/{child}/reject")
    @RequiresRole(Role.OPERATOR)
    public SubDevice reject(@PathParam("id") String id, @PathParam("child") String child) {
        return service.reject(guard.require(Role.OPERATOR), DeviceService.id(id), child);
    }
}
