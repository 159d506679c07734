package dev.muster.control.devices;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import org.jdbi.v3.core.Handle;

/** A feature that keeps something per device. Every bean of this type is told; each must stand hearing things twice. */
public interface DeviceListener {
    /** The device was registered, or its status changed, in this transaction. */
    default void statusChanged(Handle handle, DeviceRef device, DeviceState.Status status) {}

    /** Name, site, tags, type or metadata of the device changed in this transaction, which holds the device's row. */
    default void changed(Handle handle, DeviceRef device) {}

    /**
     * Something that a selector can ask for changed in this transaction, whoever said so: people, the device, a new
     * status. Comes before {@link #statusChanged} and {@link #changed}, so that these see who is in which group.
     */
    default void dataChanged(Handle handle, DeviceRef device, ChangedFields changed) {}
}
