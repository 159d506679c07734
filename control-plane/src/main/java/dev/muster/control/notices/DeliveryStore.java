package dev.muster.control.notices;

import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code alert_delivery}. */
@Singleton
final class DeliveryStore {
    private static final String DELIVERY =
            "d.id, d.channel, d.what, d.subject, d.state, d.attempts, d.created_at, d.next_at, d.settled_at, d.said";

    /** Something to be sent now, and what with. */
    record Due(Delivery delivery, Map<String, @Nullable Object> data) {}

    /** Newest first. */
    List<Delivery> list(Handle handle, String channel, int limit) {
        return handle.createQuery("select " + DELIVERY + " from alert_delivery d where d.channel = :channel"
                        + " order by d.created_at desc, d.id limit :limit")
                .bind("channel", channel)
                .bind("limit", limit)
                .map((rs, context) -> read(rs))
                .list();
    }

    UUID append(Handle handle, String channel, Notice notice, Instant now) {
        UUID id = UUID.randomUUID();
        handle.createUpdate("""
                        insert into alert_delivery (id, channel, what, subject, body, created_at, next_at)
                        values (:id, :channel, :what, :subject, cast(:body as jsonb), :now, :now)""")
                .bind("id", id)
                .bind("channel", channel)
                .bind("what", notice.what())
                .bind("subject", notice.subject())
                .bind("body", new String(JsonObject.write(notice.data()), StandardCharsets.UTF_8))
                .bind("now", utc(now))
                .execute();
        return id;
    }

    /** Takes what is due, for {@code lease}: if nobody says how it went, it is due again. Channels that are off wait. */
    List<Due> take(Handle handle, Instant now, Duration lease, int limit) {
        return handle.createQuery(
                        "update alert_delivery d set attempts = d.attempts + 1, next_at = :until where d.id in ("
                                + "select w.id from alert_delivery w join alert_channel c on c.tenant = w.tenant and c.name = w.channel"
                                + " where w.state = 'waiting' and w.next_at <= :now and c.enabled"
                                + " order by w.next_at limit :limit for update of w skip locked) returning " + DELIVERY
                                + ", d.body")
                .bind("now", utc(now))
                .bind("until", utc(now.plus(lease)))
                .bind("limit", limit)
                .map((rs, context) -> new Due(
                        read(rs),
                        JsonObject.parse(rs.getString("body").getBytes(StandardCharsets.UTF_8))
                                .members()))
                .list();
    }

    void settle(Handle handle, UUID id, String state, Instant now, Instant next, String said) {
        handle.createUpdate("""
                        update alert_delivery set state = :state, next_at = :next, said = :said,
                               settled_at = case when :state = 'waiting' then null else :now end
                         where id = :id and state = 'waiting'""")
                .bind("id", id)
                .bind("state", state)
                .bind("now", utc(now))
                .bind("next", utc(next))
                .bind("said", said.length() > 500 ? said.substring(0, 500) : said)
                .execute();
    }

    /** Dead ones are tried anew; how many. */
    int retry(Handle handle, String channel, Instant now) {
        return handle.createUpdate("""
                        update alert_delivery set state = 'waiting', attempts = 0, next_at = :now, settled_at = null
                         where channel = :channel and state = 'dead'""")
                .bind("channel", channel)
                .bind("now", utc(now))
                .execute();
    }

    void forget(Handle handle, Instant before) {
        handle.createUpdate("delete from alert_delivery where state <> 'waiting' and settled_at < :before")
                .bind("before", utc(before))
                .execute();
    }

    private static Delivery read(ResultSet rs) throws SQLException {
        OffsetDateTime settled = rs.getObject("settled_at", OffsetDateTime.class);
        return new Delivery(
                rs.getObject("id", UUID.class),
                rs.getString("channel"),
                rs.getString("what"),
                rs.getString("subject"),
                rs.getString("state"),
                rs.getInt("attempts"),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                rs.getObject("next_at", OffsetDateTime.class).toInstant(),
                settled == null ? null : settled.toInstant(),
                rs.getString("said"));
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
