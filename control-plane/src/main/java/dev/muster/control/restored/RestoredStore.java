package dev.muster.control.restored;

import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/** Rows of {@code restored}. */
@Singleton
final class RestoredStore {
    /** Tenants that were restored and for which no server has done its part yet; with the role for jobs. */
    List<TenantId> waiting(Handle jobs) {
        return jobs.createQuery("select distinct tenant from restored where done_at is null order by tenant")
                .map((rs, context) -> new TenantId(rs.getString("tenant")))
                .list();
    }

    /** The highest floor that waits for the transaction's tenant; nobody else deals with it until the transaction ends. */
    OptionalLong lock(Handle handle) {
        return handle
                .createQuery("select floor from restored where done_at is null order by at for update")
                .mapTo(Long.class)
                .stream()
                .mapToLong(Long::longValue)
                .max();
    }

    /** Nothing waits any more. */
    void done(Handle handle, Instant now) {
        handle.createUpdate("update restored set done_at = :now where done_at is null")
                .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                .execute();
    }
}
