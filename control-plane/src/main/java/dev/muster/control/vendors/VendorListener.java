package dev.muster.control.vendors;

import dev.muster.control.packages.KnownRoots;
import org.jdbi.v3.core.Handle;

/** A feature that keeps who signed something. Every bean of this type is told. */
public interface VendorListener {
    /** The roots that the tenant of this transaction knows changed in it. */
    void changed(Handle handle, KnownRoots roots);
}
