package dev.muster.control.registry;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.Bodies;
import dev.muster.protocol.identity.DeviceId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Other hardware in a device's place. */
@Path("/devices/{id}/replace")
@RunOnVirtualThread
public class ReplaceResource {
    private final Guard guard;
    private final ReplaceService service;
    private final DeviceService devices;

    ReplaceResource(Guard guard, ReplaceService service, DeviceService devices) {
        this.guard = guard;
        this.service = service;
        this.devices = devices;
    }

    /** The new hardware; its {@code hardware} id is that of the old device if left out. */
    public record Wanted(@Nullable String serial, @Nullable String hardware) {}

    /** Both devices afterwards, and which targets of the desired state the new one took over. */
    public record Answer(Device old, Device replacement, List<String> takenOver, List<String> leftBehind) {}

    /** The new hardware takes over; the old device retires, and its certificate ends at once. */
    @POST
    @RequiresRole(Role.OPERATOR)
    public Answer replace(@PathParam("id") String id, @Nullable Wanted body) {
        var access = guard.require(Role.OPERATOR);
        DeviceId device = DeviceService.id(id);
        devices.requireVisible(access, device);
        Wanted wanted = Bodies.require(body);
        ReplaceService.Replaced done =
                service.replace(access, device, Bodies.require(wanted.serial(), "serial"), wanted.hardware());
        return new Answer(done.old(), done.replacement(), done.takenOver(), done.leftBehind());
    }
}
