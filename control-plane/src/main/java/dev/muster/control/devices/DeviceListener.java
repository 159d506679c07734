package dev.muster.control.devices;

import dev.muster.protocol.identity.DeviceRef;
import org.jdbi.v3.core.Handle;

/** A feature that acts on changed devices. Every bean of this type is told; each must stand hearing things twice. */
public interface DeviceListener {
    /** Name, site, tags or status of the device changed in this transaction, which holds the device's row. */
    void changed(Handle handle, DeviceRef device);
}
