package dev.muster.control.alerts;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.alert.AlertNews;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code alert} and {@code alert_step}. */
@Singleton
final class AlertStore {
    private static final String COLUMNS = "select a.*, case when a.acknowledged_by is null then null else"
            + " name_of_actor(a.acknowledged_by, a.acknowledged_at) end as acknowledged_by_name from alert a ";

    /** Newest first, those after the place of {@code after}, which is {@code since/id}; empty for the first page. */
    List<Alert> list(Handle handle, Scope scope, AlertFilter filter, String after, int limit) {
        Map<String, Object> binds = new HashMap<>();
        String where = where(scope, filter, binds);
        if (!after.isEmpty()) {
            int slash = after.indexOf('/');
            binds.put("since", utc(Instant.parse(after.substring(0, slash))));
            binds.put("id", after.substring(slash + 1));
            where += " and (a.since, a.id) < (:since, :id)";
        }
        return handle.createQuery(COLUMNS + where + " order by a.since desc, a.id desc limit :limit")
                .bindMap(binds)
                .bind("limit", limit)
                .map((rs, context) -> read(rs))
                .list();
    }

    Optional<Alert> find(Handle handle, Scope scope, String id) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery(COLUMNS + "where a.id = :id and " + visible(allowed))
                .bind("id", id)
                .bindMap(allowed.binds())
                .map((rs, context) -> read(rs))
                .findOne();
    }

    private static String visible(SqlFragment allowed) {
        return "exists (select 1 from device d where d.tenant = a.tenant and d.id = a.device and " + allowed.sql()
                + ")";
    }

    private static String where(Scope scope, AlertFilter filter, Map<String, Object> binds) {
        SqlFragment allowed = scope.where("d");
        SqlFragment asked = filter.devices().where("d", "ask_");
        binds.putAll(allowed.binds());
        binds.putAll(asked.binds());
        StringBuilder where = new StringBuilder("where exists (select 1 from device d where d.tenant = a.tenant"
                + " and d.id = a.device and " + allowed.sql() + " and " + asked.sql() + ")");
        if (!filter.states().isEmpty()) {
            where.append(" and a.state = any(:states)");
            binds.put("states", filter.states().toArray(String[]::new));
        }
        if (!filter.severities().isEmpty()) {
            where.append(" and a.severity = any(:severities)");
            binds.put("severities", filter.severities().toArray(String[]::new));
        }
        String rule = filter.rule();
        if (rule != null && !rule.isBlank()) {
            where.append(" and a.rule = :rule");
            binds.put("rule", rule);
        }
        if (filter.loud()) {
            where.append(" and a.inhibited_by is null and a.silenced_by is null");
        }
        return where.toString();
    }

    /** How many are open, by state and severity; inhibited and silenced ones apart. */
    List<AlertCounts.Row> counts(Handle handle, Scope scope) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select a.state, a.severity, a.inhibited_by is not null or a.silenced_by is not null"
                        + " as quiet, count(*) as n from alert a where a.state <> 'resolved' and " + visible(allowed)
                        + " group by 1, 2, 3")
                .bindMap(allowed.binds())
                .map((rs, context) -> new AlertCounts.Row(
                        rs.getString("state"), rs.getString("severity"), rs.getBoolean("quiet"), rs.getLong("n")))
                .list();
    }

    /** What fires, one row per rule and site, the worst and oldest first: one lost link is one row. */
    List<AlertGroup> groups(Handle handle, Scope scope) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("""
                        select a.rule, a.site, (array_agg(a.severity order by a.since desc))[1] as severity, count(*) as alerts, min(a.since) as since,
                               count(*) filter (where a.state = 'acknowledged') as acknowledged,
                               (select count(*) from alert b where b.state <> 'resolved' and b.inhibited_by = any(array_agg(a.id)))
                                   as inhibited,
                               trim_array(array_agg(a.id order by a.since, a.id), cast(greatest(count(*) - 20, 0) as integer)) as first
                          from alert a
                         where a.state in ('firing', 'acknowledged') and a.inhibited_by is null and a.silenced_by is null""" + " and " + visible(allowed) + """

                         group by a.rule, a.site
                         order by array_position(array['critical', 'warning', 'info'], (array_agg(a.severity order by a.since desc))[1]),
                                  min(a.since)
                         limit 500""")
                .bindMap(allowed.binds())
                .map((rs, context) -> new AlertGroup(
                        rs.getString("rule"),
                        rs.getString("site"),
                        rs.getString("severity"),
                        rs.getLong("alerts"),
                        rs.getLong("acknowledged"),
                        rs.getLong("inhibited"),
                        instant(rs, "since"),
                        List.of((String[]) rs.getArray("first").getArray())))
                .list();
    }

    /** The steps of an alert, the first first. */
    List<AlertStep> steps(Handle handle, String alert) {
        return handle.createQuery("select s.*, case when s.actor = '' then '' else name_of_actor(s.actor, s.at) end"
                        + " as actor_name from alert_step s where s.alert = :alert order by s.id limit 500")
                .bind("alert", alert)
                .map((rs, context) -> new AlertStep(
                        instant(rs, "at"),
                        rs.getString("what"),
                        rs.getString("actor"),
                        rs.getString("actor_name"),
                        rs.getString("note")))
                .list();
    }

    /**
     * Opens an alert of a known device and rule, pending or firing.
     *
     * @return whether there was none of this id
     */
    boolean open(Handle handle, DeviceId device, AlertNews news) {
        return handle.createUpdate("""
                        insert into alert (id, rule, device, kind, severity, labels, summary, site, gateway, state, since, value,
                                           detail)
                        select :id, r.name, d.id, r.kind, r.severity, r.labels, r.summary, coalesce(d.site, ''),
                               alert_link(d.id, coalesce(d.site, '')), 'pending', :since, :value, :detail
                          from alert_rule r, device d where r.name = :rule and d.id = :device
                        on conflict do nothing""")
                        .bind("id", news.id())
                        .bind("rule", news.rule())
                        .bind("device", device)
                        .bind("since", utc(news.since()))
                        .bind("value", value(news))
                        .bind("detail", news.detail())
                        .execute()
                == 1;
    }

    /** True if it was pending. */
    boolean fire(Handle handle, AlertNews news, Instant tellAfter) {
        return handle.createUpdate("""
                        update alert set state = 'firing', fired_at = :at, tell_after = :after, value = :value, detail = :detail
                         where id = :id and state = 'pending'""")
                        .bind("id", news.id())
                        .bind("at", utc(news.at()))
                        .bind("after", utc(tellAfter))
                        .bind("value", value(news))
                        .bind("detail", news.detail())
                        .execute()
                == 1;
    }

    /** True if it fired. What was only pending leaves nothing. */
    boolean resolve(Handle handle, AlertNews news, Instant tellAfter) {
        handle.createUpdate("delete from alert where id = :id and state = 'pending'")
                .bind("id", news.id())
                .execute();
        return handle.createUpdate("""
                        update alert set state = 'resolved', resolved_at = :at, tell_after = :after, inhibited_by = null,
                               silenced_by = null
                         where id = :id and state in ('firing', 'acknowledged')""")
                        .bind("id", news.id())
                        .bind("at", utc(news.at()))
                        .bind("after", utc(tellAfter))
                        .execute()
                == 1;
    }

    /** True if it was firing. */
    boolean acknowledge(Handle handle, String id, String by, Instant now) {
        return handle.createUpdate("""
                        update alert set state = 'acknowledged', acknowledged_at = :now, acknowledged_by = :by
                         where id = :id and state = 'firing'""")
                        .bind("id", id)
                        .bind("now", utc(now))
                        .bind("by", by)
                        .execute()
                == 1;
    }

    void step(Handle handle, Collection<String> alerts, String what, String actor, String note, Instant now) {
        if (!alerts.isEmpty()) {
            handle.createUpdate("insert into alert_step (alert, at, what, actor, note)"
                            + " select unnest(cast(:alerts as text[])), :now, :what, :actor, :note")
                    .bind("alerts", alerts.toArray(String[]::new))
                    .bind("now", utc(now))
                    .bind("what", what)
                    .bind("actor", actor)
                    .bind("note", note)
                    .execute();
        }
    }

    /**
     * Alerts of the device, and of the devices behind it, that one of a lost link explains: a device that is away tells nothing,
     * and neither does what hangs on it.
     *
     * @return those that are explained from now on
     */
    List<String> inhibit(Handle handle, String device) {
        return handle.createQuery("""
                        update alert a set inhibited_by = o.id from alert o
                         where a.state <> 'resolved' and a.inhibited_by is null and not a.told_firing
                           and (a.device = :device or a.gateway = :device)
                           and o.kind = 'offline' and o.state in ('firing', 'acknowledged') and o.id <> a.id
                           and ((o.device = a.device and a.kind <> 'offline') or (a.gateway <> '' and o.device = a.gateway))
                        returning a.id""")
                .bind("device", device)
                .mapTo(String.class)
                .list();
    }

    /** The other way round, when the explaining one is over. */
    List<String> uninhibit(Handle handle, String by, Instant tellAfter) {
        return handle.createQuery(
                        "update alert set inhibited_by = null, tell_after = :after where inhibited_by = :by returning id")
                .bind("by", by)
                .bind("after", utc(tellAfter))
                .mapTo(String.class)
                .list();
    }

    /** Marks what a silence covers; the marked ones. */
    List<String> silence(Handle handle, UUID silence, String rule, SqlFragment devices) {
        return handle.createQuery("update alert a set silenced_by = :silence where a.state <> 'resolved'"
                        + " and a.silenced_by is null and (:rule = '' or a.rule = :rule) and exists (select 1 from"
                        + " device d where d.tenant = a.tenant and d.id = a.device and " + devices.sql()
                        + ") returning a.id")
                .bind("silence", silence)
                .bind("rule", rule)
                .bindMap(devices.binds())
                .mapTo(String.class)
                .list();
    }

    /** Takes the marks of silences that are over. */
    List<String> unsilence(Handle handle, Instant now) {
        return handle.createQuery("""
                        update alert a set silenced_by = null, tell_after = :now
                         where a.silenced_by is not null and not exists (
                               select 1 from alert_silence s where s.tenant = a.tenant and s.id = a.silenced_by
                                  and s.ended_at is null and s.until > :now)
                        returning a.id""").bind("now", utc(now)).mapTo(String.class).list();
    }

    /** Firing alerts that channels were not told of and that nothing explains or silences; then those that are over. */
    List<Alert> untold(Handle handle, boolean over, Instant now, int limit) {
        String which = over
                ? "a.state = 'resolved' and a.told_firing and not a.told_resolved"
                : "a.state in ('firing', 'acknowledged') and not a.told_firing and a.inhibited_by is null"
                        + " and a.silenced_by is null";
        return handle.createQuery(
                        COLUMNS + "where " + which
                                + " and a.tell_after <= :now order by a.rule, a.site, a.since, a.id limit :limit for update of a skip locked")
                .bind("now", utc(now))
                .bind("limit", limit)
                .map((rs, context) -> read(rs))
                .list();
    }

    void told(Handle handle, Collection<String> ids, boolean over) {
        handle.createUpdate(
                        "update alert set " + (over ? "told_resolved" : "told_firing") + " = true where id = any(:ids)")
                .bind("ids", ids.toArray(String[]::new))
                .execute();
    }

    int forget(Handle handle, Instant before) {
        return handle.createUpdate("delete from alert where state = 'resolved' and resolved_at < :before")
                .bind("before", utc(before))
                .execute();
    }

    private static @Nullable Double value(AlertNews news) {
        return news.value().isPresent() ? Double.valueOf(news.value().getAsDouble()) : null;
    }

    private static Alert read(ResultSet rs) throws SQLException {
        String device = rs.getString("device");
        String site = rs.getString("site");
        Double value = rs.getObject("value", Double.class);
        String detail = rs.getString("detail");
        return new Alert(
                rs.getString("id"),
                rs.getString("rule"),
                device,
                rs.getString("kind"),
                rs.getString("severity"),
                RuleStore.labels(rs.getString("labels")),
                Summary.fill(rs.getString("summary"), rs.getString("kind"), device, site, value, detail),
                site,
                rs.getString("gateway"),
                rs.getString("state"),
                instant(rs, "since"),
                find(rs, "fired_at"),
                find(rs, "acknowledged_at"),
                rs.getString("acknowledged_by"),
                rs.getString("acknowledged_by_name"),
                find(rs, "resolved_at"),
                value,
                detail,
                rs.getString("inhibited_by"),
                rs.getObject("silenced_by", UUID.class));
    }

    private static Instant instant(ResultSet rs, String column) throws SQLException {
        return rs.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant find(ResultSet rs, String column) throws SQLException {
        OffsetDateTime at = rs.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
