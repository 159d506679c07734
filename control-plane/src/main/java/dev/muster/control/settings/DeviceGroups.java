package dev.muster.control.settings;

import dev.muster.protocol.identity.DeviceId;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Knows groups of devices. Every bean of this type is asked; without one, no device is in a group. */
public interface DeviceGroups {
    /** Whether there is such a group. */
    boolean exists(Handle handle, String group);

    /** The groups of the device by name; settings of a later one win. */
    List<String> of(Handle handle, DeviceId device);
}
