package dev.muster.control.permissions;

import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code policy_urgent}. */
@Singleton
final class UrgentStore {
    /** All of them, by kind and name. */
    List<UrgentChange> all(Handle handle) {
        return handle.createQuery("select *, name_of_actor(created_by, since) as created_by_name "
                        + "from policy_urgent order by kind, name")
                .map((rs, context) -> new UrgentChange(
                        UrgentChange.Kind.parse(rs.getString("kind")),
                        rs.getString("name"),
                        rs.getString("yaml"),
                        rs.getString("reason"),
                        rs.getObject("since", OffsetDateTime.class).toInstant(),
                        rs.getString("created_by"),
                        rs.getString("created_by_name"),
                        rs.getObject("absorbed_by", Long.class)))
                .list();
    }

    Optional<UrgentChange> find(Handle handle, UrgentChange.Kind kind, String name) {
        return all(handle).stream()
                .filter(change -> change.kind() == kind && change.name().equals(name))
                .findFirst();
    }

    /** Writes the change; one of the same kind and name is replaced. */
    void put(Handle handle, UrgentChange change) {
        handle.createUpdate("""
                        insert into policy_urgent (kind, name, yaml, reason, since, created_by, absorbed_by)
                        values (:kind, :name, :yaml, :reason, :since, :by, :absorbed)
                        on conflict (tenant, kind, name) do update
                           set yaml = excluded.yaml, reason = excluded.reason, since = excluded.since,
                               created_by = excluded.created_by, absorbed_by = excluded.absorbed_by""")
                .bind("kind", change.kind().text())
                .bind("name", change.name())
                .bind("yaml", change.yaml())
                .bind("reason", change.reason())
                .bind("since", OffsetDateTime.ofInstant(change.since(), ZoneOffset.UTC))
                .bind("by", change.by())
                .bind("absorbed", change.absorbedBy())
                .execute();
    }

    void delete(Handle handle, UrgentChange change) {
        handle.createUpdate("delete from policy_urgent where kind = :kind and name = :name")
                .bind("kind", change.kind().text())
                .bind("name", change.name())
                .execute();
    }
}
