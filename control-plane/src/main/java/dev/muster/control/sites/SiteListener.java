package dev.muster.control.sites;

import dev.muster.protocol.identity.TenantId;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** A feature that acts on changed sites. Every bean of this type is told, in the transaction of the change. */
public interface SiteListener {
    /** Another time zone counts at these sites than before: the changed one, and those below it that have none of their own. */
    default void timeZoneChanged(Handle handle, List<String> sites) {}

    /** These sites lie below other sites than before: the moved one, and all below it. */
    default void moved(Handle handle, TenantId tenant, List<String> sites) {}
}
