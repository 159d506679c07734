package dev.muster.control.desired;

import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** A feature that compares what devices must be with what they are. Every bean of this type is told. */
public interface DesiredListener {
    /**
     * Targets of the device changed in this transaction, which holds the device's row.
     *
     * @param targets which
     */
    void desiredChanged(Handle handle, DeviceRef device, Set<TargetName> targets);
}
