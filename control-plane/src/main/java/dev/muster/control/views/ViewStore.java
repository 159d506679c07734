package dev.muster.control.views;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Rows of {@code saved_view}. */
@Singleton
final class ViewStore {
    private static final String SELECT = "select v.*, name_of_actor(v.owner, v.changed_at) as owner_name,"
            + " v.owner = :me as mine from saved_view v where (v.owner = :me or v.shared)";

    /** One's own first, then what others share, by name; from the place {@code skip} on. */
    List<SavedView> list(Handle handle, String me, long skip, int limit) {
        return handle.createQuery(SELECT + " order by v.owner <> :me, v.name, v.id limit :limit offset :skip")
                .bind("me", me)
                .bind("limit", limit)
                .bind("skip", skip)
                .map((rs, context) -> read(rs))
                .list();
    }

    Optional<SavedView> find(Handle handle, String me, UUID id) {
        return handle.createQuery(SELECT + " and v.id = :id")
                .bind("me", me)
                .bind("id", id)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** The same, which nobody else changes until the transaction ends. */
    Optional<SavedView> lock(Handle handle, String me, UUID id) {
        return handle.createQuery(SELECT + " and v.id = :id for update")
                .bind("me", me)
                .bind("id", id)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    long countOf(Handle handle, String owner) {
        return handle.createQuery("select count(*) from saved_view where owner = :owner")
                .bind("owner", owner)
                .mapTo(Long.class)
                .one();
    }

    /** False if the owner has another one of this name. */
    boolean insert(Handle handle, UUID id, String owner, String name, String query, boolean shared, Instant now) {
        return handle.createUpdate("""
                        insert into saved_view (id, name, query, shared, owner, changed_at)
                        values (:id, :name, :query, :shared, :owner, :now) on conflict (tenant, owner, name) do nothing""")
                        .bind("id", id)
                        .bind("name", name)
                        .bind("query", query)
                        .bind("shared", shared)
                        .bind("owner", owner)
                        .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                        .execute()
                == 1;
    }

    /** False if the owner has another one of this name. */
    boolean update(Handle handle, UUID id, String name, String query, boolean shared, Instant now) {
        return handle.createUpdate("""
                        update saved_view v set name = :name, query = :query, shared = :shared, revision = revision + 1,
                               changed_at = :now
                         where v.id = :id and not exists (select 1 from saved_view o where o.tenant = v.tenant
                               and o.owner = v.owner and o.name = :name and o.id <> v.id)""")
                        .bind("id", id)
                        .bind("name", name)
                        .bind("query", query)
                        .bind("shared", shared)
                        .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                        .execute()
                == 1;
    }

    void delete(Handle handle, UUID id) {
        handle.createUpdate("delete from saved_view where id = :id")
                .bind("id", id)
                .execute();
    }

    private static SavedView read(ResultSet rs) throws SQLException {
        return new SavedView(
                rs.getObject("id", UUID.class),
                rs.getString("name"),
                rs.getString("query"),
                rs.getBoolean("shared"),
                rs.getString("owner"),
                rs.getString("owner_name"),
                rs.getBoolean("mine"),
                rs.getLong("revision"));
    }
}
