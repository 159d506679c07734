package dev.muster.control.presence;

import dev.muster.protocol.identity.DeviceId;
import java.util.Collection;
import org.jdbi.v3.core.Handle;

/** A feature with something for devices that connect. Every bean of this type is told; each must stand hearing it twice. */
public interface PresenceListener {
    /** The devices connected, in this transaction. */
    void connected(Handle handle, Collection<DeviceId> devices);
}
