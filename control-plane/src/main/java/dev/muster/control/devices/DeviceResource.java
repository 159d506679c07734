package dev.muster.control.devices;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.protocol.identity.DeviceId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /devices}. */
@Path("devices")
@RunOnVirtualThread
public class DeviceResource {
    private final Guard guard;
    private final DeviceService service;

    DeviceResource(Guard guard, DeviceService service) {
        this.guard = guard;
        this.service = service;
    }

    /** Devices that the query selects, by id. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<Device> list(
            @RestQuery @Nullable String q, @RestQuery @Nullable Integer limit, @RestQuery @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        return Page.of(
                service.list(access, Selector.parse(q), Cursor.decode(cursor).orElse(""), size + 1), size, Device::id);
    }

    /** One device. */
    @GET
    @Path("{id}")
    @RequiresRole(Role.VIEWER)
    public Device get(String id) {
        return service.get(guard.require(Role.VIEWER), id(id));
    }

    /** Changes what people say about a device; absent members stay as they are, an empty site means none. */
    @PATCH
    @Path("{id}")
    @RequiresRole(Role.OPERATOR)
    public Device patch(String id, @Nullable DevicePatch body) {
        return service.patch(guard.require(Role.OPERATOR), id(id), Bodies.require(body));
    }

    /** Cuts the device off until it is resumed. */
    @POST
    @Path("{id}/suspend")
    @RequiresRole(Role.OPERATOR)
    public Device suspend(String id) {
        return service.change(guard.require(Role.OPERATOR), id(id), Transition.SUSPEND);
    }

    /** Lets a suspended device in again. */
    @POST
    @Path("{id}/resume")
    @RequiresRole(Role.OPERATOR)
    public Device resume(String id) {
        return service.change(guard.require(Role.OPERATOR), id(id), Transition.RESUME);
    }

    /** Ends the device's life here, for good. */
    @POST
    @Path("{id}/retire")
    @RequiresRole(Role.OPERATOR)
    public Device retire(String id) {
        return service.change(guard.require(Role.OPERATOR), id(id), Transition.RETIRE);
    }

    private static DeviceId id(String text) {
        return DeviceService.id(text);
    }
}
