package dev.muster.control.help;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code help_session} and {@code help_frame}. */
@Singleton
final class HelpStore {
    private static final String SELECT =
            "select s.*, name_of_actor(s.asked_by, s.asked_at) as asked_by_name from help_session s";
    private static final int DIGEST_BYTES = 32;

    void insert(Handle handle, HelpSession session, int columns, int rows) {
        handle.createUpdate("""
                        insert into help_session (id, device, kind, subject, columns, rows, reason, minutes, state, asked_at,
                                                  asked_by, until, digest, active_at)
                        values (:id, :device, :kind, :subject, :columns, :rows, :reason, :minutes, :state, :at, :by, :until,
                                :digest, :at)""")
                .bind("id", session.id())
                .bind("device", session.device())
                .bind("kind", session.kind())
                .bind("subject", session.subject())
                .bind("columns", columns)
                .bind("rows", rows)
                .bind("reason", session.reason())
                .bind("minutes", session.minutes())
                .bind("state", session.state())
                .bind("at", utc(session.askedAt()))
                .bind("by", session.askedBy())
                .bind("until", utc(session.until()))
                .bind("digest", new byte[DIGEST_BYTES])
                .execute();
    }

    Optional<HelpRow> find(Handle handle, Scope scope, UUID id) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery(SELECT + " join device d on d.id = s.device where s.id = :id and " + allowed.sql())
                .bindMap(allowed.binds())
                .bind("id", id)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** The session, which nobody else changes until the transaction ends. */
    Optional<HelpRow> lock(Handle handle, UUID id) {
        return handle.createQuery(SELECT + " where s.id = :id for update of s")
                .bind("id", id)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Those of devices in scope, the newest first. */
    List<HelpSession> list(Handle handle, Scope scope, @Nullable String device, boolean live, long skip, int limit) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery(SELECT + " join device d on d.id = s.device where (not :live or s.state <> 'over')"
                        + " and (cast(:device as text) is null or s.device = :device) and " + allowed.sql()
                        + " order by s.asked_at desc, s.id limit :limit offset :skip")
                .bindMap(allowed.binds())
                .bind("device", device)
                .bind("live", live)
                .bind("limit", limit)
                .bind("skip", skip)
                .map((rs, context) -> read(rs).shown())
                .list();
    }

    int countLive(Handle handle) {
        return handle.createQuery("select count(*) from help_session where state <> 'over'")
                .mapTo(Integer.class)
                .one();
    }

    /** The session that the device has, or is called to. */
    Optional<UUID> atDevice(Handle handle, DeviceId device) {
        return handle.createQuery(
                        "select id from help_session where device = :device and state in ('starting', 'open')")
                .bind("device", device)
                .mapTo(UUID.class)
                .findOne();
    }

    /** All of a device that are not over. */
    List<UUID> live(Handle handle, DeviceId device) {
        return handle.createQuery("select id from help_session where device = :device and state <> 'over'")
                .bind("device", device)
                .mapTo(UUID.class)
                .list();
    }

    void state(Handle handle, UUID id, String state, Instant until, Instant now) {
        handle.createUpdate("""
                        update help_session set state = :state, until = :until, active_at = :now,
                               opened_at = case when :state = 'open' then :now else opened_at end
                         where id = :id""")
                .bind("id", id)
                .bind("state", state)
                .bind("until", utc(until))
                .bind("now", utc(now))
                .execute();
    }

    void end(Handle handle, UUID id, String reason, Instant now) {
        handle.createUpdate(
                        "update help_session set state = 'over', ended_at = :now, end_reason = :reason where id = :id")
                .bind("id", id)
                .bind("reason", reason)
                .bind("now", utc(now))
                .execute();
    }

    /** One more frame of a session that the caller has locked. */
    void append(Handle handle, HelpRow row, boolean upwards, HelpFrame frame, Instant now) {
        UUID id = row.shown().id();
        handle.createUpdate("""
                        insert into help_frame (session, up, number, position, channel, type, data, at)
                        values (:id, :up, :number, :position, :channel, :type, :data, :now)""")
                .bind("id", id)
                .bind("up", upwards)
                .bind("number", row.lane(upwards).last() + 1)
                .bind("position", row.position())
                .bind("channel", frame.channel())
                .bind("type", frame.type().name().toLowerCase(Locale.ROOT))
                .bind("data", frame.data())
                .bind("now", utc(now))
                .execute();
        String lane = upwards ? "up" : "down";
        handle.createUpdate("update help_session set " + lane + "_last = " + lane + "_last + 1, " + lane + "_bytes = "
                        + lane + "_bytes + :bytes, digest = :digest, active_at = :now, rate_second = :second,"
                        + " rate_bytes = case when rate_second = :second then rate_bytes + :bytes else :bytes end"
                        + " where id = :id")
                .bind("id", id)
                .bind("bytes", frame.data().length)
                .bind(
                        "digest",
                        HexFormat.of().parseHex(HelpRow.digest(row.shown().digest(), upwards, frame)))
                .bind("now", utc(now))
                .bind("second", now.getEpochSecond())
                .execute();
    }

    /** The other side has all frames up to a number; only those of terminals are kept. */
    void taken(Handle handle, HelpRow row, boolean upwards, long number) {
        String lane = upwards ? "up" : "down";
        handle.createUpdate("update help_session set " + lane + "_taken = greatest(" + lane + "_taken, :number)"
                        + " where id = :id")
                .bind("id", row.shown().id())
                .bind("number", number)
                .execute();
        if (!row.shown().isTerminal()) {
            handle.createUpdate("delete from help_frame where session = :id and up = :up and number <= :number")
                    .bind("id", row.shown().id())
                    .bind("up", upwards)
                    .bind("number", number)
                    .execute();
        }
    }

    List<HelpFrame> frames(Handle handle, UUID id, boolean upwards, long after, int limit) {
        return handle.createQuery("""
                        select channel, type, data from help_frame
                         where session = :id and up = :up and number > :after order by number limit :limit""")
                .bind("id", id)
                .bind("up", upwards)
                .bind("after", after)
                .bind("limit", limit)
                .map((rs, context) -> frame(rs))
                .list();
    }

    /** A frame of a transcript. */
    record Kept(boolean up, long position, Instant at, HelpFrame frame) {}

    List<Kept> transcript(Handle handle, UUID id, long after, int limit) {
        return handle.createQuery("""
                        select up, position, at, channel, type, data from help_frame
                         where session = :id and position > :after order by position limit :limit""")
                .bind("id", id)
                .bind("after", after)
                .bind("limit", limit)
                .map((rs, context) -> new Kept(
                        rs.getBoolean("up"),
                        rs.getLong("position"),
                        rs.getObject("at", OffsetDateTime.class).toInstant(),
                        frame(rs)))
                .list();
    }

    /** Sessions whose time is over, for whatever cause. */
    List<UUID> due(Handle handle, Instant now, Duration idle, Duration comes) {
        return handle.createQuery("""
                        select id from help_session
                         where state <> 'over' and (until <= :now
                                or (state = 'starting' and active_at <= :called)
                                or (state = 'open' and active_at <= :idle)) limit 100""")
                .bind("now", utc(now))
                .bind("called", utc(now.minus(comes)))
                .bind("idle", utc(now.minus(idle)))
                .mapTo(UUID.class)
                .list();
    }

    /** Removes what ended before {@code before}, and frames that nobody fetched of what ended before {@code unfetched}. */
    void forget(Handle handle, Instant before, Instant unfetched) {
        handle.createUpdate("delete from help_session where state = 'over' and ended_at < :before")
                .bind("before", utc(before))
                .execute();
        handle.createUpdate("""
                        delete from help_frame f using help_session s
                         where s.tenant = f.tenant and s.id = f.session and s.kind <> 'terminal' and s.state = 'over'
                           and s.ended_at < :unfetched""").bind("unfetched", utc(unfetched)).execute();
    }

    private static HelpFrame frame(ResultSet rs) throws SQLException {
        return new HelpFrame(
                rs.getInt("channel"),
                HelpFrame.Type.valueOf(rs.getString("type").toUpperCase(Locale.ROOT)),
                rs.getBytes("data"));
    }

    private static HelpRow read(ResultSet rs) throws SQLException {
        return new HelpRow(
                new HelpSession(
                        rs.getObject("id", UUID.class),
                        rs.getString("device"),
                        rs.getString("kind"),
                        rs.getString("subject"),
                        rs.getString("reason"),
                        rs.getInt("minutes"),
                        rs.getString("state"),
                        time(rs, "asked_at").orElseThrow(),
                        rs.getString("asked_by"),
                        rs.getString("asked_by_name"),
                        time(rs, "until").orElseThrow(),
                        time(rs, "opened_at").orElse(null),
                        time(rs, "ended_at").orElse(null),
                        rs.getString("end_reason"),
                        rs.getLong("up_bytes"),
                        rs.getLong("down_bytes"),
                        HexFormat.of().formatHex(rs.getBytes("digest"))),
                rs.getInt("columns"),
                rs.getInt("rows"),
                new HelpRow.Lane(rs.getLong("up_last"), rs.getLong("up_taken")),
                new HelpRow.Lane(rs.getLong("down_last"), rs.getLong("down_taken")),
                time(rs, "active_at").orElseThrow(),
                rs.getLong("rate_second"),
                rs.getLong("rate_bytes"));
    }

    private static Optional<Instant> time(ResultSet rs, String column) throws SQLException {
        return Optional.ofNullable(rs.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
