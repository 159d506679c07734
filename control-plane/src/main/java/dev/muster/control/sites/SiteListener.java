package dev.muster.control.sites;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** A feature that acts on changed sites. Every bean of this type is told, in the transaction of the change. */
public interface SiteListener {
    /** Another time zone counts at these sites than before: the changed one, and those below it that have none of their own. */
    void timeZoneChanged(Handle handle, List<String> sites);
}
