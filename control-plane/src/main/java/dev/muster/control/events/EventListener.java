package dev.muster.control.events;

import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import org.jdbi.v3.core.Handle;

/** A feature that acts on what happens on devices. Every bean of this type is told once of each event. */
public interface EventListener {
    /** An event that was not known was stored in this transaction. */
    void happened(Handle handle, DeviceRef device, DeviceEvent event);
}
