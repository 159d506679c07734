package dev.muster.control.jobs;

import dev.muster.protocol.identity.TenantId;

/**
 * A feature that keeps something of tenants outside of the database's rows, or in rows that others need first. Every bean of
 * this type is called while a tenant is deleted, after all its other rows are gone; again and again until nothing is left.
 */
public interface Departure {
    /** What it takes away, for the log. */
    String what();

    /** Takes it away, in transactions of its own; false if something is left that has to wait. */
    boolean depart(TenantId tenant);
}
