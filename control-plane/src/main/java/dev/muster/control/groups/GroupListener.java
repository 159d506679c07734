package dev.muster.control.groups;

import dev.muster.protocol.identity.DeviceRef;
import org.jdbi.v3.core.Handle;

/**
 * A feature that acts when devices come and go. Every bean of this type is told, in the transaction that changed the
 * membership. Each must stand hearing things twice, and must be quick: a changed query tells of every device that it moves.
 */
public interface GroupListener {
    /** The device is a member of {@code group} from now on. */
    default void joined(Handle handle, DeviceRef device, String group) {}

    /** The device is no member of {@code group} any more. */
    default void left(Handle handle, DeviceRef device, String group) {}
}
