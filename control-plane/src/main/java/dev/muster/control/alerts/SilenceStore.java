package dev.muster.control.alerts;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Rows of {@code alert_silence}. */
@Singleton
final class SilenceStore {
    private static final String SELECT =
            "select s.*, name_of_actor(s.created_by, s.created_at) as created_by_name from alert_silence s ";

    /** Those that end last first. */
    List<Silence> list(Handle handle) {
        return handle.createQuery(SELECT + "order by s.ended_at is not null, s.until desc, s.id limit 500")
                .map((rs, context) -> read(rs))
                .list();
    }

    List<Silence> active(Handle handle, Instant now) {
        return handle.createQuery(SELECT + "where s.ended_at is null and s.until > :now order by s.until desc, s.id")
                .bind("now", utc(now))
                .map((rs, context) -> read(rs))
                .list();
    }

    void insert(Handle handle, Silence silence) {
        handle.createUpdate("""
                        insert into alert_silence (id, selector, rule, reason, created_at, created_by, until)
                        values (:id, :selector, :rule, :reason, :at, :by, :until)""")
                .bind("id", silence.id())
                .bind("selector", silence.selector())
                .bind("rule", silence.rule())
                .bind("reason", silence.reason())
                .bind("at", utc(silence.createdAt()))
                .bind("by", silence.createdBy())
                .bind("until", utc(silence.until()))
                .execute();
    }

    /** False for none, and one that has ended. */
    boolean end(Handle handle, UUID id, String by, Instant now) {
        return handle.createUpdate("""
                        update alert_silence set ended_at = :now, ended_by = :by
                         where id = :id and ended_at is null and until > :now""")
                        .bind("id", id)
                        .bind("now", utc(now))
                        .bind("by", by)
                        .execute()
                == 1;
    }

    void forget(Handle handle, Instant before) {
        handle.createUpdate("delete from alert_silence where least(until, coalesce(ended_at, until)) < :before")
                .bind("before", utc(before))
                .execute();
    }

    private static Silence read(ResultSet rs) throws SQLException {
        OffsetDateTime ended = rs.getObject("ended_at", OffsetDateTime.class);
        return new Silence(
                rs.getObject("id", UUID.class),
                rs.getString("selector"),
                rs.getString("rule"),
                rs.getString("reason"),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                rs.getString("created_by"),
                rs.getString("created_by_name"),
                rs.getObject("until", OffsetDateTime.class).toInstant(),
                ended == null ? null : ended.toInstant());
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
