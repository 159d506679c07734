package dev.muster.control.freezes;

import org.jdbi.v3.core.Handle;

/** A feature that freezes hold. Every bean of this type is told. */
public interface FreezeListener {
    /** A freeze was moved or lifted in this transaction: what it held is to be looked at again. */
    void changed(Handle handle, String name);
}
