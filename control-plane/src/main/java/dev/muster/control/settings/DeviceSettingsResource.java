package dev.muster.control.settings;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** The settings of one device, for people. */
@Path("/devices/{id}/settings")
@RunOnVirtualThread
public class DeviceSettingsResource {
    private final Guard guard;
    private final SettingsService service;

    DeviceSettingsResource(Guard guard, SettingsService service) {
        this.guard = guard;
        this.service = service;
    }

    /** Every value with the level that sets it and who did, in the draft and in force. */
    @GET
    @RequiresRole(Role.VIEWER)
    public DeviceSettings get(@PathParam("id") String id) {
        return service.effective(guard.require(Role.VIEWER), DeviceService.id(id));
    }
}
