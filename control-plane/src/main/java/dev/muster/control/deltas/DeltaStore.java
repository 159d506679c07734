package dev.muster.control.deltas;

import dev.muster.control.deltas.Delta.Pair;
import dev.muster.control.deltas.Delta.State;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** Rows of {@code delta}. */
@Singleton
final class DeltaStore {
    private static final String GONE = """
        delta.state = 'done' and exists (select 1 from artifact f
            where f.sha256 in (delta.delta_sha256, delta.segments_sha256, delta.chunks_sha256, delta.store_sha256)
              and f.collected_at is not null)\
        """;

    private static final String STANDS = "case when " + GONE + " then 'collected' else delta.state end as stands";

    private static final String SELECT = "select delta.*, " + STANDS + """
        , name_of_actor(delta.asked_by, delta.asked_at) as asked_by_name,
               o.length as output_length, o.version as output_version, b.version as base_version
          from delta
          join artifact o on o.sha256 = delta.output_sha256
          join artifact b on b.sha256 = delta.base_sha256\
        """;

    private static final String KEY = " output_sha256 = :output and base_sha256 = :base ";

    /** The newest first. */
    List<Delta> list(Handle handle, int limit) {
        return handle.createQuery(SELECT + " order by asked_at desc, output_sha256, base_sha256 limit :limit")
                .bind("limit", limit)
                .map((rs, context) -> read(rs))
                .list();
    }

    Optional<Delta> find(Handle handle, Pair pair) {
        return bind(handle.createQuery(SELECT + " where" + KEY), pair)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** The state, which nobody else changes until the transaction ends. */
    Optional<State> lock(Handle handle, Pair pair) {
        return bind(handle.createQuery("select " + STANDS + " from delta where" + KEY + "for update"), pair)
                .mapTo(String.class)
                .findOne()
                .map(State::parse);
    }

    /** Asks for it, anew if it is there. */
    void ask(Handle handle, Pair pair, String by, Instant now) {
        bind(handle.createUpdate("""
            insert into delta (output_sha256, base_sha256, asked_by, asked_at)
            values (:output, :base, :by, :now)
            on conflict (tenant, output_sha256, base_sha256) do update
               set state = 'waiting', asked_by = excluded.asked_by, asked_at = excluded.asked_at,
                   started_at = null, ended_at = null, segments = 0, segments_done = 0,
                   cpu_millis = 0, problem = ''\
            """), pair)
                .bind("by", by)
                .bind("now", utc(now))
                .execute();
    }

    /**
     * Asks for what devices will need: from the images they report to those of the newest release for their hardware and of running
     * rollouts. What is known already only learns how many devices there are; what was collected is made again.
     */
    void askForFleet(Handle handle, String by, Instant now, Instant since, int bases) {
        handle.createUpdate("""
            with output as (
                (select distinct on (a.hardware) a.sha256, a.hardware
                   from release r
                   join release_target t on t.release = r.id and t.name = 'image'
                   join artifact a on a.sha256 = t.sha256 and a.collected_at is null
                  where r.withdrawn_at is null and r.created_at > :since
                  order by a.hardware, r.created_at desc)
                union
                select a.sha256, a.hardware
                  from rollout o
                  join release_target t on t.release = o.release and t.name = 'image'
                  join artifact a on a.sha256 = t.sha256 and a.collected_at is null
                 where o.state = 'running'),
            wanted as (
                select o.sha256 as output, b.sha256 as base, count(*) as devices,
                       row_number() over (partition by o.sha256 order by count(*) desc, b.sha256) as place
                  from output o
                  join device_manifest m on m.manifest ->> 'hardware' = o.hardware
                  join artifact b on b.sha256 = m.manifest -> 'image' ->> 'sha256'
                                 and b.kind = 'image' and b.collected_at is null and b.sha256 <> o.sha256
                 group by o.sha256, b.sha256)
            insert into delta (output_sha256, base_sha256, devices, asked_by, asked_at)
            select output, base, devices, :by, :now from wanted where place <= :bases
            on conflict (tenant, output_sha256, base_sha256) do update
               set devices = excluded.devices, state = case when %1$s then 'waiting' else delta.state end
             where delta.devices <> excluded.devices or (%1$s)\
            """.formatted(GONE))
                .bind("by", by)
                .bind("now", utc(now))
                .bind("since", utc(since))
                .bind("bases", bases)
                .execute();
    }

    /** Takes the next one: one that waits, or one whose worker fell silent. */
    Optional<Pair> take(Handle handle, Instant now, Instant silentSince) {
        // Materialized: a subquery in the join may be asked again for each row, and lock another one each time.
        return handle.createQuery("""
            with next as materialized (
                select output_sha256, base_sha256 from delta
                 where state = 'waiting' or (state = 'making' and touched_at < :silent)
                 order by devices desc, asked_at
                 limit 1 for update skip locked)
            update delta d
               set state = 'making', started_at = :now, touched_at = :now, segments_done = 0
              from next
             where d.output_sha256 = next.output_sha256 and d.base_sha256 = next.base_sha256
            returning d.output_sha256, d.base_sha256\
            """)
                .bind("now", utc(now))
                .bind("silent", utc(silentSince))
                .map((rs, context) -> new Pair(rs.getString(1), rs.getString(2)))
                .findOne();
    }

    /** Notes how far it is; false if it is not to be made any more. */
    boolean touch(Handle handle, Pair pair, int done, int of, Instant now) {
        return bind(
                                handle.createUpdate("update delta set segments_done = :done, segments = :of, "
                                        + "touched_at = :now where state = 'making' and" + KEY),
                                pair)
                        .bind("done", done)
                        .bind("of", of)
                        .bind("now", utc(now))
                        .execute()
                == 1;
    }

    /** Ends it; false if somebody cancelled it before. */
    boolean end(Handle handle, Pair pair, State state, long cpuMillis, long length, String problem, Instant now) {
        return bind(
                                handle.createUpdate("update delta set state = :state, ended_at = :now, "
                                        + "cpu_millis = :cpu, length = :length, problem = :problem "
                                        + "where state = 'making' and" + KEY),
                                pair)
                        .bind("state", state.text())
                        .bind("cpu", cpuMillis)
                        .bind("length", length)
                        .bind("problem", problem)
                        .bind("now", utc(now))
                        .execute()
                == 1;
    }

    /** By which hashes devices may fetch it; those of chunks belong to its output. */
    record Files(String delta, String segments, Chunks chunks) {}

    /** The index of an image's chunks, and their store. */
    record Chunks(String index, String store) {}

    void files(Handle handle, Pair pair, Files files) {
        bind(
                        handle.createUpdate("update delta set delta_sha256 = :delta, segments_sha256 = :segments, "
                                + "chunks_sha256 = :chunks, store_sha256 = :store where" + KEY),
                        pair)
                .bind("delta", files.delta())
                .bind("segments", files.segments())
                .bind("chunks", files.chunks().index())
                .bind("store", files.chunks().store())
                .execute();
    }

    /** An image's chunks, if they were made for another delta to it and are still there. */
    Optional<Chunks> chunks(Handle handle, String output) {
        return handle.createQuery("""
            select d.chunks_sha256, d.store_sha256
              from delta d
              join artifact i on i.sha256 = d.chunks_sha256 and i.collected_at is null
              join artifact s on s.sha256 = d.store_sha256 and s.collected_at is null
             where d.output_sha256 = :output and d.state = 'done' limit 1\
            """)
                .bind("output", output)
                .map((rs, context) -> new Chunks(rs.getString(1), rs.getString(2)))
                .findOne();
    }

    void cancel(Handle handle, Pair pair, Instant now) {
        bind(handle.createUpdate("update delta set state = 'cancelled', ended_at = :now where" + KEY), pair)
                .bind("now", utc(now))
                .execute();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Pair pair) {
        return statement.bind("output", pair.output()).bind("base", pair.base());
    }

    private static Delta read(ResultSet rs) throws SQLException {
        return new Delta(
                new Pair(rs.getString("output_sha256"), rs.getString("base_sha256")),
                State.parse(rs.getString("stands")),
                rs.getInt("devices"),
                rs.getString("asked_by"),
                rs.getString("asked_by_name"),
                rs.getObject("asked_at", OffsetDateTime.class).toInstant(),
                instant(rs, "started_at"),
                instant(rs, "ended_at"),
                rs.getInt("segments"),
                rs.getInt("segments_done"),
                rs.getLong("cpu_millis"),
                rs.getLong("length"),
                rs.getLong("output_length"),
                rs.getString("output_version"),
                rs.getString("base_version"),
                rs.getString("problem"));
    }

    private static Optional<Instant> instant(ResultSet rs, String column) throws SQLException {
        return Optional.ofNullable(rs.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime utc(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
}
