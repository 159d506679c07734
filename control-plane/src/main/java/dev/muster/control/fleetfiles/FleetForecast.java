package dev.muster.control.fleetfiles;

import dev.muster.control.access.Access;
import org.jdbi.v3.core.Handle;

/** Counts devices on which what is written would change something, before it is brought to them. Thread-safe. */
public interface FleetForecast {
    /** The {@link FleetKind.Delivery#kind()} that it is about. */
    String kind();

    /** How many; joins the caller's transaction. */
    long changed(Handle handle, Access access);
}
