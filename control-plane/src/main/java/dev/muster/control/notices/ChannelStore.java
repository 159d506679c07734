package dev.muster.control.notices;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code alert_channel}. */
@Singleton
final class ChannelStore {
    private static final String SELECT = "select c.*, name_of_actor(c.changed_by, c.changed_at) as changed_by_name,"
            + " (select count(*) from alert_delivery d where d.channel = c.name and d.state = 'waiting') as waiting,"
            + " (select count(*) from alert_delivery d where d.channel = c.name and d.state = 'dead') as dead"
            + " from alert_channel c ";

    List<Channel> all(Handle handle) {
        return handle.createQuery(SELECT + "order by c.name")
                .map((rs, context) -> read(rs))
                .list();
    }

    Optional<Channel> find(Handle handle, String name) {
        return handle.createQuery(SELECT + "where c.name = :name")
                .bind("name", name)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Revision and kind, which nobody else changes until the transaction ends; empty for none. */
    Optional<Channel> lock(Handle handle, String name) {
        handle.createQuery("select 1 from alert_channel where name = :name for update")
                .bind("name", name)
                .mapTo(Integer.class)
                .findOne();
        return find(handle, name);
    }

    int count(Handle handle) {
        return handle.createQuery("select count(*) from alert_channel")
                .mapTo(Integer.class)
                .one();
    }

    /** Writes the channel; null leaves its secret as it is. */
    void put(Handle handle, Channel channel, @Nullable String secret) {
        handle.createUpdate("""
                        insert into alert_channel as c (name, kind, url, secret, recipients, severity, sites, resolved, enabled,
                                                        revision, changed_at, changed_by)
                        values (:name, :kind, :url, :secret, :recipients, :severity, :sites, :resolved, :enabled, :revision, :at,
                                :by)
                        on conflict (tenant, name) do update
                           set url = excluded.url, secret = coalesce(excluded.secret, c.secret), recipients = excluded.recipients,
                               severity = excluded.severity, sites = excluded.sites, resolved = excluded.resolved,
                               enabled = excluded.enabled, revision = excluded.revision, changed_at = excluded.changed_at,
                               changed_by = excluded.changed_by""")
                .bind("name", channel.name())
                .bind("kind", channel.kind())
                .bind("url", channel.url())
                .bind("secret", secret)
                .bind("recipients", channel.recipients().toArray(String[]::new))
                .bind("severity", channel.severity())
                .bind("sites", channel.sites().toArray(String[]::new))
                .bind("resolved", channel.resolved())
                .bind("enabled", channel.enabled())
                .bind("revision", channel.revision())
                .bind("at", utc(channel.changedAt()))
                .bind("by", channel.changedBy())
                .execute();
    }

    void secret(Handle handle, String name, String secret) {
        handle.createUpdate("update alert_channel set secret = :secret, revision = revision + 1 where name = :name")
                .bind("name", name)
                .bind("secret", secret)
                .execute();
    }

    /** What the webhook is signed with. */
    Optional<String> secret(Handle handle, String name) {
        return handle.createQuery("select secret from alert_channel where name = :name and secret is not null")
                .bind("name", name)
                .mapTo(String.class)
                .findOne();
    }

    void delete(Handle handle, String name) {
        handle.createUpdate("delete from alert_channel where name = :name")
                .bind("name", name)
                .execute();
    }

    /** Those that are to be told of an alert of this severity at this site. */
    List<Channel> wanting(Handle handle, String severity, String site, boolean over) {
        return handle.createQuery(SELECT + """
                        where c.enabled and (not :over or c.resolved)
                          and array_position(array['info', 'warning', 'critical'], c.severity)
                              <= array_position(array['info', 'warning', 'critical'], :severity)
                          and (c.sites = '{}' or exists (
                               with recursive up as (
                                   select s.name, s.parent, 0 as steps from site s where s.name = :site
                                   union all
                                   select s.name, s.parent, up.steps + 1 from site s join up on s.name = up.parent
                                    where up.steps < 64)
                               select 1 from up where up.name = any(c.sites)))
                        order by c.name""")
                .bind("over", over)
                .bind("severity", severity)
                .bind("site", site)
                .map((rs, context) -> read(rs))
                .list();
    }

    private static Channel read(ResultSet rs) throws SQLException {
        return new Channel(
                rs.getString("name"),
                rs.getString("kind"),
                rs.getString("url"),
                List.of((String[]) rs.getArray("recipients").getArray()),
                rs.getString("severity"),
                List.of((String[]) rs.getArray("sites").getArray()),
                rs.getBoolean("resolved"),
                rs.getBoolean("enabled"),
                rs.getLong("revision"),
                rs.getLong("waiting"),
                rs.getLong("dead"),
                rs.getObject("changed_at", OffsetDateTime.class).toInstant(),
                rs.getString("changed_by"),
                rs.getString("changed_by_name"));
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
