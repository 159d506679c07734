package dev.muster.control.webhooks;

import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** Rows of {@code webhook_event} and {@code webhook_delivery}; the rows of state make the former (migration V302). */
@Singleton
final class WebhookDeliveryStore {
    private static final String DELIVERY =
            "d.id, d.state, d.replay, d.attempts, d.queued_at, d.next_at, d.settled_at, d.said, d.subject,"
                    + " e.id as event_id, e.type, e.at";

    // INVARIANT (in order): one of a subject at a time, the earliest first.
    private static final String DUE = "w.state = 'waiting' and w.next_at <= :now and not exists ("
            + "select 1 from webhook_delivery b where b.tenant = w.tenant and b.webhook = w.webhook"
            + " and b.subject = w.subject and b.state = 'waiting' and b.id < w.id)";

    /** Something to be sent now, and what with. */
    record Due(WebhookDelivery delivery, long sequence, Map<String, @Nullable Object> data) {}

    /** Whether this transaction alone hands out events of the tenant until it ends. */
    boolean tryLock(Handle handle, TenantId tenant) {
        return handle.createQuery("select pg_try_advisory_xact_lock(hashtext('webhook-events'), hashtext(:tenant))")
                .bind("tenant", tenant)
                .mapTo(Boolean.class)
                .one();
    }

    /** Events that no webhook was looked through for, in their order. */
    List<Long> fresh(Handle handle, int limit) {
        return handle.createQuery("select seq from webhook_event where not handed_out order by seq limit :limit")
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    void handedOut(Handle handle, List<Long> events) {
        handle.createUpdate("update webhook_event set handed_out = true where seq = any(:events)")
                .bind("events", events.toArray(Long[]::new))
                .execute();
    }

    /** Queues those of the events that the webhook takes. */
    void queue(Handle handle, WebhookStore.Subscription webhook, List<Long> events, Instant now) {
        queue(handle, webhook, "e.seq = any(:events)", false, now)
                .bind("events", events.toArray(Long[]::new))
                .execute();
    }

    /** Queues anew what happened since, of what the webhook takes; how much. */
    int replaySince(Handle handle, WebhookStore.Subscription webhook, Instant since, Instant now) {
        return queue(handle, webhook, "e.handed_out and e.at >= :since", true, now)
                .bind("since", utc(since))
                .execute();
    }

    /** Queues one event anew, if the webhook takes it; how many. */
    int replay(Handle handle, WebhookStore.Subscription webhook, UUID event, Instant now) {
        return queue(handle, webhook, "e.handed_out and e.id = :event", true, now)
                .bind("event", event)
                .execute();
    }

    private static Update queue(
            Handle handle, WebhookStore.Subscription webhook, String which, boolean replay, Instant now) {
        SqlFragment devices = Selector.parse(webhook.selector()).where("d", "hook_");
        return handle.createUpdate("insert into webhook_delivery (webhook, event, subject, replay, queued_at, next_at)"
                        + " select :webhook, e.seq, e.subject, :replay, :now, :now from webhook_event e where "
                        + which + " and (cardinality(cast(:types as text[])) = 0 or e.type like any(:types))"
                        + " and (e.device is null or exists (select 1 from device d where d.tenant = e.tenant"
                        + " and d.id = e.device and " + devices.sql() + ")) order by e.seq")
                .bind("webhook", webhook.name())
                .bind("replay", replay)
                .bind("now", utc(now))
                .bind("types", webhook.types().stream().map(EventType::pattern).toArray(String[]::new))
                .bindMap(devices.binds());
    }

    /** What was given up waits again; how much. */
    int unpark(Handle handle, String webhook, Instant now) {
        return handle.createUpdate("""
                        update webhook_delivery set state = 'waiting', replay = true, attempts = 0, queued_at = :now, next_at = :now,
                               settled_at = null
                         where webhook = :webhook and state = 'parked'""")
                .bind("webhook", webhook)
                .bind("now", utc(now))
                .execute();
    }

    /** What waits is tried now. */
    void hasten(Handle handle, String webhook, Instant now) {
        handle.createUpdate("update webhook_delivery set next_at = :now"
                        + " where webhook = :webhook and state = 'waiting' and next_at > :now")
                .bind("webhook", webhook)
                .bind("now", utc(now))
                .execute();
    }

    /** Gives up all that waits. */
    void parkAll(Handle handle, String webhook, String why, Instant now) {
        handle.createUpdate("update webhook_delivery set state = 'parked', settled_at = :now, said = :why"
                        + " where webhook = :webhook and state = 'waiting'")
                .bind("webhook", webhook)
                .bind("now", utc(now))
                .bind("why", Texts.bounded(why))
                .execute();
    }

    /** Webhooks with something to be sent now, in any order. */
    List<String> ready(Handle handle, Instant now) {
        return handle.createQuery("select h.name from webhook h where h.enabled"
                        + " and (h.resume_at is null or h.resume_at <= :now)"
                        + " and exists (select 1 from webhook_delivery w where w.tenant = h.tenant and w.webhook = h.name and "
                        + DUE + ") order by random()")
                .bind("now", utc(now))
                .mapTo(String.class)
                .list();
    }

    /** Takes what is due, for {@code lease}: if nobody says how it went, it is due again. */
    List<Due> take(Handle handle, String webhook, Instant now, Duration lease, int limit) {
        return handle
                .createQuery("with due as materialized (select w.tenant, w.id from webhook_delivery w"
                        + " where w.webhook = :webhook and " + DUE + " order by w.id limit :limit"
                        + " for update of w skip locked)"
                        + " update webhook_delivery d set attempts = d.attempts + 1, next_at = :until"
                        + " from due, webhook_event e where d.tenant = due.tenant and d.id = due.id"
                        + " and e.tenant = d.tenant and e.seq = d.event returning " + DELIVERY + ", e.seq, e.data")
                .bind("webhook", webhook)
                .bind("now", utc(now))
                .bind("until", utc(now.plus(lease)))
                .bind("limit", limit)
                .map((rs, context) -> new Due(
                        read(rs),
                        rs.getLong("seq"),
                        JsonObject.parse(rs.getString("data").getBytes(StandardCharsets.UTF_8))
                                .members()))
                .list()
                .stream()
                .sorted(Comparator.comparingLong(due -> due.delivery().id()))
                .toList();
    }

    void settle(Handle handle, long id, Health.Ruling ruling, Instant now, String said) {
        handle.createUpdate("""
                        update webhook_delivery set state = :state, next_at = :next, said = :said,
                               settled_at = case when :state = 'waiting' then null else :now end
                         where id = :id and state = 'waiting'""")
                .bind("id", id)
                .bind("state", ruling.state())
                .bind("now", utc(now))
                .bind("next", utc(ruling.next()))
                .bind("said", Texts.bounded(said))
                .execute();
    }

    /** Newest first, below {@code before} (0: the newest); of one state, or of all if it is empty. */
    List<WebhookDelivery> list(Handle handle, String webhook, String state, long before, int limit) {
        return handle.createQuery("select " + DELIVERY + " from webhook_delivery d"
                        + " join webhook_event e on e.tenant = d.tenant and e.seq = d.event where d.webhook = :webhook"
                        + " and (:state = '' or d.state = :state) and (:before = 0 or d.id < :before)"
                        + " order by d.id desc limit :limit")
                .bind("webhook", webhook)
                .bind("state", state)
                .bind("before", before)
                .bind("limit", limit)
                .map((rs, context) -> read(rs))
                .list();
    }

    /** Forgets what happened before, and to whom it was told. */
    void forget(Handle handle, Instant before) {
        handle.createUpdate("delete from webhook_event where at < :before")
                .bind("before", utc(before))
                .execute();
    }

    private static WebhookDelivery read(ResultSet rs) throws SQLException {
        OffsetDateTime settled = rs.getObject("settled_at", OffsetDateTime.class);
        return new WebhookDelivery(
                rs.getLong("id"),
                rs.getObject("event_id", UUID.class),
                rs.getString("type"),
                rs.getString("subject"),
                rs.getObject("at", OffsetDateTime.class).toInstant(),
                rs.getString("state"),
                rs.getBoolean("replay"),
                rs.getInt("attempts"),
                rs.getObject("queued_at", OffsetDateTime.class).toInstant(),
                rs.getObject("next_at", OffsetDateTime.class).toInstant(),
                settled == null ? null : settled.toInstant(),
                rs.getString("said"));
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
