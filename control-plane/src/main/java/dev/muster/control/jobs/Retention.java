package dev.muster.control.jobs;

import dev.muster.protocol.identity.TenantId;

/** A feature that keeps things for a time only. Every bean of this type is called once an hour; doing it twice does no harm. */
public interface Retention {
    /** What it forgets, for the log: {@code old usage}. */
    String what();

    /** Forgets what is too old, in transactions of its own. */
    void forget(TenantId tenant);
}
