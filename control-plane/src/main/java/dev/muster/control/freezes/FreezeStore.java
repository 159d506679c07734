package dev.muster.control.freezes;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code rollout_freeze}. */
@Singleton
final class FreezeStore {
    private static final String SELECT =
            "select f.*, name_of_actor(f.created_by, f.created_at) as created_by_name from rollout_freeze f";

    /** All of them, the earliest first. */
    List<Freeze> all(Handle handle) {
        return handle.createQuery(SELECT + " order by f.from_at, f.name")
                .map((rs, context) -> read(rs))
                .list();
    }

    List<Freeze> at(Handle handle, Instant now) {
        return handle.createQuery(SELECT + " where f.from_at <= :now and f.to_at > :now order by f.to_at desc, f.name")
                .bind("now", utc(now))
                .map((rs, context) -> read(rs))
                .list();
    }

    Optional<Freeze> find(Handle handle, String name) {
        return handle.createQuery(SELECT + " where f.name = :name")
                .bind("name", name)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** The freeze, which nobody else changes until the transaction ends. */
    Optional<Freeze> lock(Handle handle, String name) {
        return handle.createQuery(SELECT + " where f.name = :name for update")
                .bind("name", name)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Writes the freeze; one of the same name is replaced. */
    void put(Handle handle, Freeze freeze) {
        handle.createUpdate("""
                        insert into rollout_freeze (name, from_at, to_at, selector, reason, created_at, created_by)
                        values (:name, :from, :to, :selector, :reason, :at, :by)
                        on conflict (tenant, name) do update
                           set from_at = excluded.from_at, to_at = excluded.to_at, selector = excluded.selector,
                               reason = excluded.reason, created_at = excluded.created_at,
                               created_by = excluded.created_by""")
                .bind("name", freeze.name())
                .bind("from", utc(freeze.from()))
                .bind("to", utc(freeze.to()))
                .bind("selector", freeze.selector())
                .bind("reason", freeze.reason())
                .bind("at", utc(freeze.createdAt()))
                .bind("by", freeze.createdBy())
                .execute();
    }

    /** False if there was none. */
    boolean delete(Handle handle, String name) {
        return handle.createUpdate("delete from rollout_freeze where name = :name")
                        .bind("name", name)
                        .execute()
                == 1;
    }

    private static Freeze read(ResultSet rs) throws SQLException {
        return new Freeze(
                rs.getString("name"),
                instant(rs, "from_at"),
                instant(rs, "to_at"),
                rs.getString("selector"),
                rs.getString("reason"),
                instant(rs, "created_at"),
                rs.getString("created_by"),
                rs.getString("created_by_name"));
    }

    private static Instant instant(ResultSet rs, String column) throws SQLException {
        return rs.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
