package dev.muster.control.foureyes;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import org.jdbi.v3.core.Handle;

/** One kind of change that waits for a second person. Every bean of this type is found by its kind; thread-safe. */
public interface CriticalChange {
    /** Names the kind in requests, such as {@code vendor-root.add}. */
    String kind();

    /** What a second person has to be, for the whole fleet. */
    default Role role() {
        return Role.APPROVER;
    }

    /**
     * Does it, in the transaction in which the second person agreed, with its own audit row. What it throws leaves the
     * request open and everything else as it was: what was allowed when it was asked for may not be any more.
     */
    void carryOut(Handle handle, Access second, JsonObject change);

    /** Nothing will come of it: rejected or withdrawn, in the transaction that says so. */
    default void drop(Handle handle, Access by, JsonObject change) {}

    /** After the transaction of either, such as to clean up files. */
    default void afterwards(TenantId tenant) {}
}
