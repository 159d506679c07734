package dev.muster.control.restored;

import dev.muster.protocol.identity.TenantId;
import org.jdbi.v3.core.Handle;

/**
 * A feature that has something to sign or to tell anew after its database came out of a backup. Every bean of this type is called
 * once for each tenant, before this server lets devices in; again where the server ended in between.
 */
public interface AfterRestore {
    /** What it does, for the log. */
    String what();

    /**
     * Does it, in the caller's transaction of the tenant.
     *
     * @param floor devices may have seen any version below this one
     */
    void restored(Handle handle, TenantId tenant, long floor);
}
