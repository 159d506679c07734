package dev.muster.control.devices;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import org.jdbi.v3.core.Handle;

/** A feature that keeps something per device. Every bean of this type is told; each must stand hearing things twice. */
public interface DeviceListener {
    /** The device was registered, or its status changed, in this transaction. */
    default void statusChanged(Handle handle, DeviceRef device, DeviceState.Status status) {}

    /** Name, site or tags of the device changed in this transaction, which holds the device's row. */
    default void changed(Handle handle, DeviceRef device) {}
}
