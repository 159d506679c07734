package dev.muster.control.desired;

import dev.muster.protocol.identity.DeviceRef;
import org.jdbi.v3.core.Handle;

/** A feature that compares what devices must be with what they are. Every bean of this type is told. */
public interface DesiredListener {
    /** Targets of the device changed in this transaction, which holds the device's row. */
    void desiredChanged(Handle handle, DeviceRef device);
}
