package dev.muster.control.commands;

import dev.muster.control.events.EventListener;
import dev.muster.control.presence.PresenceListener;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.util.Collection;
import org.jdbi.v3.core.Handle;

/** Hears when devices connect, and when one says that it has a command. */
@Singleton
final class CommandListener implements PresenceListener, EventListener {
    private final CommandDeviceStore rows;
    private final CommandService service;

    CommandListener(CommandDeviceStore rows, CommandService service) {
        this.rows = rows;
        this.service = service;
    }

    @Override
    public void connected(Handle handle, Collection<DeviceId> devices) {
        rows.wake(handle, devices);
    }

    @Override
    public void happened(Handle handle, DeviceRef device, DeviceEvent event) {
        if (event.kind().equals("command.accepted") && event.detail().containsKey("id")) {
            service.accepted(handle, device, event.detail().get("id"));
        }
    }
}
