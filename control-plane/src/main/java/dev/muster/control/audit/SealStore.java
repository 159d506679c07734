package dev.muster.control.audit;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.audit.AuditRow;
import dev.muster.protocol.audit.Digest;
import dev.muster.protocol.audit.ExportedRow;
import dev.muster.protocol.audit.Seal;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Rows of {@code audit_seal}: appended, never changed; the database role cannot do otherwise. And what waits for a seal. */
@Singleton
final class SealStore {
    private static final String ROW =
            "a.tenant, a.id, a.at, a.actor, a.actor_name, a.verb, a.object, a.detail, a.outcome";
    private static final String SEAL = "s.position, s.audit_id, s.sealed_at, s.row_hash, s.previous_hash, s.hash";
    private static final String WITH_ROW =
            " from audit_seal s left join audit a on a.tenant = s.tenant and a.id = s.audit_id";

    /** A row that waits, or waited until somebody took it away. */
    record Waiting(long id, Content content) {}

    /** A seal, and what it is on. */
    record Sealed(Seal seal, Content content) {}

    /** A row and whether it has a seal. */
    record Seen(long id, Instant at, boolean sealed) {}

    /** Rows of an export, the last position and the last id without a seal, and whether more may follow. */
    record Slice(List<ExportedRow> rows, long last, long lastRow, boolean more) {}

    private record Place(long position, long id, Optional<ExportedRow> row) {}

    /** How much waits, and since when at most. */
    record Pending(long rows, @Nullable Instant oldest) {}

    /** Tenants with something to seal; asked by the role for jobs. */
    List<TenantId> tenantsWaiting(Handle jobs) {
        return jobs.createQuery("select distinct tenant from audit_unsealed order by tenant")
                .map((rs, context) -> new TenantId(rs.getString("tenant")))
                .list();
    }

    /** Whether this transaction alone seals for the tenant until it ends. */
    boolean tryLock(Handle handle, TenantId tenant) {
        return handle.createQuery("select pg_try_advisory_xact_lock(hashtext('audit-seal'), hashtext(:tenant))")
                .bind("tenant", tenant)
                .mapTo(Boolean.class)
                .one();
    }

    /** The database's time: the same for all instances. */
    Instant now(Handle handle) {
        return handle.createQuery("select clock_timestamp()")
                .mapTo(OffsetDateTime.class)
                .one()
                .toInstant();
    }

    Optional<Seal> head(Handle handle) {
        return handle.createQuery("select " + SEAL + " from audit_seal s order by s.position desc limit 1")
                .map((rs, context) -> seal(rs))
                .findOne();
    }

    Optional<Seal> at(Handle handle, long position) {
        return handle.createQuery("select " + SEAL + " from audit_seal s where s.position = :position")
                .bind("position", position)
                .map((rs, context) -> seal(rs))
                .findOne();
    }

    /** What waits with an id above {@code after}, in the order of ids. */
    List<Waiting> waiting(Handle handle, long after, int limit) {
        return handle.createQuery("select u.audit_id, " + ROW
                        + " from audit_unsealed u left join audit a on a.tenant = u.tenant and a.id = u.audit_id"
                        + " where u.audit_id > :after order by u.audit_id limit :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((rs, context) -> new Waiting(rs.getLong("audit_id"), content(rs)))
                .list();
    }

    /** Ids of rows that waited and are gone, at most {@code limit}. */
    List<Long> goneUnsealed(Handle handle, int limit) {
        return handle.createQuery("select u.audit_id from audit_unsealed u where not exists ("
                        + "select 1 from audit a where a.tenant = u.tenant and a.id = u.audit_id)"
                        + " and not exists (select 1 from audit_seal s where s.tenant = u.tenant and s.audit_id = u.audit_id)"
                        + " order by u.audit_id limit :limit")
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    /** Appends seals in their order, and takes their rows off the list of what waits. */
    void append(Handle handle, Collection<Seal> seals) {
        PreparedBatch batch = handle.prepareBatch(
                "insert into audit_seal (position, audit_id, sealed_at, row_hash, previous_hash, hash)"
                        + " values (:position, :row, :at, :rowHash, :previous, :hash)");
        for (Seal seal : seals) {
            batch.bind("position", seal.position())
                    .bind("row", seal.row())
                    .bind("at", OffsetDateTime.ofInstant(seal.sealedAt(), ZoneOffset.UTC))
                    .bind("rowHash", seal.rowHash().bytes())
                    .bind("previous", seal.previous().bytes())
                    .bind("hash", seal.hash().bytes())
                    .add();
        }
        batch.execute();
        forget(handle, seals.stream().map(Seal::row).toList());
    }

    /** Takes rows off the list of what waits. */
    void forget(Handle handle, Collection<Long> rows) {
        handle.createUpdate("delete from audit_unsealed where audit_id = any(:ids)")
                .bind("ids", rows.toArray(Long[]::new))
                .execute();
    }

    /** Which of these rows have a seal already. */
    List<Long> sealed(Handle handle, Collection<Long> rows) {
        return handle.createQuery("select s.audit_id from audit_seal s where s.audit_id = any(:ids)")
                .bind("ids", rows.toArray(Long[]::new))
                .mapTo(Long.class)
                .list();
    }

    Pending pending(Handle handle) {
        return handle.createQuery("select count(*) as rows, min(a.at) as oldest"
                        + " from audit_unsealed u join audit a on a.tenant = u.tenant and a.id = u.audit_id")
                .map((rs, context) -> {
                    OffsetDateTime oldest = rs.getObject("oldest", OffsetDateTime.class);
                    return new Pending(rs.getLong("rows"), oldest == null ? null : oldest.toInstant());
                })
                .one();
    }

    /** Seals after a position up to another, with what they are on, in order. */
    List<Sealed> page(Handle handle, long after, long last, int limit) {
        return handle.createQuery("select " + SEAL + ", " + ROW + WITH_ROW
                        + " where s.position > :after and s.position <= :last order by s.position limit :limit")
                .bind("after", after)
                .bind("last", last)
                .bind("limit", limit)
                .map((rs, context) -> new Sealed(seal(rs), content(rs)))
                .list();
    }

    /** Rows with an id above {@code after}, in the order of ids, and whether they have a seal. */
    List<Seen> rows(Handle handle, long after, int limit) {
        return handle.createQuery("select p.id, p.at, s.position is not null as sealed from"
                        + " (select a.tenant, a.id, a.at from audit a where a.id > :after order by a.id limit :limit) p"
                        + " left join audit_seal s on s.tenant = p.tenant and s.audit_id = p.id order by p.id")
                .bind("after", after)
                .bind("limit", limit)
                .map((rs, context) -> new Seen(
                        rs.getLong("id"),
                        rs.getObject("at", OffsetDateTime.class).toInstant(),
                        rs.getBoolean("sealed")))
                .list();
    }

    /** Sealed rows after a position that the filter lets through, in the order of the chain; {@code afterRow} stays. */
    Slice exported(Handle handle, AuditFilter filter, long after, long afterRow, int limit) {
        Query query = handle.createQuery("select " + SEAL + ", " + ROW
                        + " from audit_seal s join audit a on a.tenant = s.tenant and a.id = s.audit_id"
                        + " where s.position > :after" + filter.sql() + " order by s.position limit :limit")
                .bind("after", after);
        return slice(query, filter, after, afterRow, limit);
    }

    /**
     * As of one instant what the chain holds behind a position, then rows without a seal and with a higher id than
     * {@code afterRow}, in the order of ids.
     */
    Slice exportedRest(Handle handle, AuditFilter filter, long after, long afterRow, int limit) {
        Query query = handle.createQuery("select " + SEAL + ", " + ROW
                        + " from audit a left join audit_seal s on s.tenant = a.tenant and s.audit_id = a.id"
                        + " where (s.position > :after or (s.position is null and a.id > :afterRow))" + filter.sql()
                        + " order by s.position nulls last, a.id limit :limit")
                .bind("after", after)
                .bind("afterRow", afterRow);
        return slice(query, filter, after, afterRow, limit);
    }

    // A row that cannot be read is no row of ours: a verification names it, an export cannot show it.
    private static Slice slice(Query query, AuditFilter filter, long after, long afterRow, int limit) {
        List<Place> places = query.bind("limit", limit)
                .bindMap(filter.binds())
                .map((rs, context) -> {
                    Optional<Seal> seal = rs.getBytes("hash") == null ? Optional.empty() : Optional.of(seal(rs));
                    return new Place(
                            rs.getLong("position"),
                            rs.getLong("id"),
                            content(rs).readable().map(row -> new ExportedRow(row, seal)));
                })
                .list();
        long last = after;
        long lastRow = afterRow;
        for (Place place : places) {
            if (place.position() > 0) {
                last = place.position();
            } else {
                lastRow = place.id();
            }
        }
        return new Slice(
                places.stream().map(Place::row).flatMap(Optional::stream).toList(),
                last,
                lastRow,
                places.size() == limit);
    }

    private static Seal seal(ResultSet rs) throws SQLException {
        return new Seal(
                rs.getLong("position"),
                rs.getLong("audit_id"),
                rs.getObject("sealed_at", OffsetDateTime.class).toInstant(),
                Digest.of(rs.getBytes("row_hash")),
                Digest.of(rs.getBytes("previous_hash")),
                Digest.of(rs.getBytes("hash")));
    }

    private static Content content(ResultSet rs) throws SQLException {
        String detail = rs.getString("detail");
        if (detail == null) {
            return new Content.Gone();
        }
        try {
            AuditRow row = new AuditRow(
                    rs.getString("tenant"),
                    rs.getLong("id"),
                    rs.getObject("at", OffsetDateTime.class).toInstant(),
                    rs.getString("actor"),
                    rs.getString("actor_name"),
                    rs.getString("verb"),
                    rs.getString("object"),
                    JsonObject.parseExact(detail.getBytes(StandardCharsets.UTF_8))
                            .members(),
                    rs.getString("outcome"));
            return new Content.Row(row);
        } catch (ProtocolException e) {
            return new Content.Unreadable(String.valueOf(e.getMessage()));
        }
    }
}
