package dev.muster.control.jobs;

import dev.muster.protocol.identity.TenantId;

/**
 * A feature that told others of a tenant's rows and has to take that back before the rows are gone. Every bean of this type is
 * called when a tenant's deletion begins, and again if it is begun anew.
 */
public interface Farewell {
    /** Takes it back, in transactions of its own. */
    void before(TenantId tenant);
}
