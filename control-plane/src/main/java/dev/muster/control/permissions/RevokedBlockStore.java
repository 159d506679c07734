package dev.muster.control.permissions;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Rows of {@code revoked_block}. */
@Singleton
final class RevokedBlockStore {
    /**
     * A block of a chain, or a root, that no longer counts.
     *
     * @param id revocation id, 64 lower-case hex digits
     */
    record RevokedBlock(String capability, String id, String reason, Instant since, String by, String byName) {}

    /** Those of some capabilities, by capability and time. */
    List<RevokedBlock> of(Handle handle, Collection<String> capabilities) {
        return handle.createQuery("select capability, id, reason, since, created_by, "
                        + "name_of_actor(created_by, since) as created_by_name from revoked_block "
                        + "where capability = any(:capabilities) order by capability, since, id")
                .bind("capabilities", capabilities.toArray(String[]::new))
                .map((rs, context) -> new RevokedBlock(
                        rs.getString("capability"),
                        rs.getString("id"),
                        rs.getString("reason"),
                        rs.getObject("since", OffsetDateTime.class).toInstant(),
                        rs.getString("created_by"),
                        rs.getString("created_by_name")))
                .list();
    }

    void add(Handle handle, RevokedBlock block) {
        handle.createUpdate("insert into revoked_block (capability, id, reason, since, created_by) "
                        + "values (:capability, :id, :reason, :since, :by)")
                .bind("capability", block.capability())
                .bind("id", block.id())
                .bind("reason", block.reason())
                .bind("since", OffsetDateTime.ofInstant(block.since(), ZoneOffset.UTC))
                .bind("by", block.by())
                .execute();
    }
}
