package dev.muster.control.sparkplug;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jspecify.annotations.Nullable;

/** {@code /devices/{id}/sparkplug}: the foreign edge node that a device is. */
@Path("/devices/{id}/sparkplug")
@RunOnVirtualThread
public class SparkplugResource {
    private final Guard guard;
    private final SparkplugService service;

    SparkplugResource(Guard guard, SparkplugService service) {
        this.guard = guard;
        this.service = service;
    }

    /** How the node stands; 404 for a device that is none. */
    @GET
    @RequiresRole(Role.VIEWER)
    public EdgeNode get(@PathParam("id") String id) {
        return service.get(guard.require(Role.VIEWER), DeviceService.id(id));
    }

    /** Says that the device is this edge node. */
    @PUT
    @RequiresRole(Role.OPERATOR)
    public EdgeNode name(@PathParam("id") String id, @Nullable Named body) {
        return service.name(
                guard.require(Role.OPERATOR),
                DeviceService.id(id),
                body == null ? null : body.group(),
                body == null ? null : body.node());
    }

    /** Says that it is none. */
    @DELETE
    @RequiresRole(Role.OPERATOR)
    public void remove(@PathParam("id") String id) {
        service.remove(guard.require(Role.OPERATOR), DeviceService.id(id));
    }

    /** Asks the node for its births. */
    @POST
    @Path("/rebirth")
    @RequiresRole(Role.OPERATOR)
    public void rebirth(@PathParam("id") String id) {
        service.rebirth(guard.require(Role.OPERATOR), DeviceService.id(id));
    }

    /**
     * An edge node by its name.
     *
     * @param group second level of its topics
     * @param node fourth level of its topics
     */
    public record Named(@Nullable String group, @Nullable String node) {}
}
