package dev.muster.control.webhooks;

import dev.muster.protocol.identity.TenantId;
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

/** Rows of {@code webhook}. */
@Singleton
final class WebhookStore {
    private static final String SELECT = "select h.*, name_of_actor(h.changed_by, h.changed_at) as changed_by_name,"
            + " (select count(*) from webhook_delivery d where d.webhook = h.name and d.state = 'waiting') as waiting,"
            + " (select count(*) from webhook_delivery d where d.webhook = h.name and d.state = 'parked') as parked"
            + " from webhook h ";

    /** What of a webhook somebody says. */
    record Said(String url, List<String> types, String selector, boolean enabled) {
        Said {
            types = List.copyOf(types);
        }
    }

    /** Who changes it, and when. */
    record Change(Instant at, String by) {}

    /** What a webhook takes. */
    record Subscription(String name, List<String> types, String selector) {
        Subscription {
            types = List.copyOf(types);
        }

        static Subscription of(Webhook webhook) {
            return new Subscription(webhook.name(), webhook.types(), webhook.selector());
        }
    }

    /** Where to send to, and what with; newest secret first. */
    record Target(String url, List<String> secrets, Health health) {
        Target {
            secrets = List.copyOf(secrets);
        }
    }

    /** Tenants in which somebody is to be told; asked by the role for jobs. */
    List<TenantId> tenants(Handle jobs) {
        return jobs.createQuery("select t.tenant from tenant t where t.state = 'active'"
                        + " and exists (select 1 from webhook h where h.tenant = t.tenant) order by t.tenant")
                .map((rs, context) -> new TenantId(rs.getString("tenant")))
                .list();
    }

    /** What those take that are on. */
    List<Subscription> subscriptions(Handle handle) {
        return handle.createQuery("select name, types, selector from webhook where enabled order by name")
                .map((rs, context) -> new Subscription(
                        rs.getString("name"),
                        List.of((String[]) rs.getArray("types").getArray()),
                        rs.getString("selector")))
                .list();
    }

    List<Webhook> all(Handle handle) {
        return handle.createQuery(SELECT + "order by h.name")
                .map((rs, context) -> read(rs))
                .list();
    }

    Optional<Webhook> find(Handle handle, String name) {
        return handle.createQuery(SELECT + "where h.name = :name")
                .bind("name", name)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** The same, and nobody else changes it until the transaction ends. */
    Optional<Webhook> lock(Handle handle, String name) {
        handle.createQuery("select 1 from webhook where name = :name for no key update")
                .bind("name", name)
                .mapTo(Integer.class)
                .findOne();
        return find(handle, name);
    }

    int count(Handle handle) {
        return handle.createQuery("select count(*) from webhook")
                .mapTo(Integer.class)
                .one();
    }

    /** False if the name is taken. */
    boolean insert(Handle handle, String name, Said said, String secret, Change change) {
        return handle.createUpdate("""
                        insert into webhook (name, url, types, selector, secret, enabled, changed_at, changed_by)
                        values (:name, :url, :types, :selector, :secret, :enabled, :at, :by) on conflict do nothing""")
                        .bind("name", name)
                        .bind("url", said.url())
                        .bind("types", said.types().toArray(String[]::new))
                        .bind("selector", said.selector())
                        .bind("secret", secret)
                        .bind("enabled", said.enabled())
                        .bind("at", utc(change.at()))
                        .bind("by", change.by())
                        .execute()
                == 1;
    }

    /** Writes what somebody says; what was known of whoever receives is forgotten. Null leaves the secrets as they are. */
    void update(Handle handle, String name, Said said, @Nullable String secret, Change change) {
        handle.createUpdate("""
                        update webhook set url = :url, types = :types, selector = :selector, enabled = :enabled,
                               secret = coalesce(:secret, secret),
                               previous_secret = case when cast(:secret as text) is null then previous_secret end,
                               previous_until = case when cast(:secret as text) is null then previous_until end,
                               disabled_at = null, failing_since = null, failures = 0, resume_at = null, said = '',
                               revision = revision + 1, changed_at = :at, changed_by = :by
                         where name = :name""")
                .bind("name", name)
                .bind("url", said.url())
                .bind("types", said.types().toArray(String[]::new))
                .bind("selector", said.selector())
                .bind("enabled", said.enabled())
                .bind("secret", secret)
                .bind("at", utc(change.at()))
                .bind("by", change.by())
                .execute();
    }

    /** Another secret; the one before signs as well until {@code until}. */
    void rotate(Handle handle, String name, String secret, Instant until, Change change) {
        handle.createUpdate("update webhook set previous_secret = secret, previous_until = :until, secret = :secret,"
                        + " revision = revision + 1, changed_at = :at, changed_by = :by where name = :name")
                .bind("name", name)
                .bind("secret", secret)
                .bind("until", utc(until))
                .bind("at", utc(change.at()))
                .bind("by", change.by())
                .execute();
    }

    void delete(Handle handle, String name) {
        handle.createUpdate("delete from webhook where name = :name")
                .bind("name", name)
                .execute();
    }

    /** Where to send to now; empty if there is no such webhook, and for one that is off where {@code evenOff} does not say so. */
    Optional<Target> target(Handle handle, String name, boolean evenOff, Instant now) {
        return handle.createQuery("select *, previous_until > :now as overlapping from webhook"
                        + " where name = :name and (enabled or :off)")
                .bind("name", name)
                .bind("off", evenOff)
                .bind("now", utc(now))
                .map((rs, context) -> target(rs))
                .findOne();
    }

    /** How whoever receives stands; nobody else changes it until the transaction ends. */
    Optional<Health> lockHealth(Handle handle, String name) {
        return handle.createQuery("select * from webhook where name = :name for no key update")
                .bind("name", name)
                .map((rs, context) -> health(rs))
                .findOne();
    }

    void health(Handle handle, String name, Health health, String said) {
        handle.createUpdate("update webhook set failures = :failures, failing_since = :since, resume_at = :resume,"
                        + " said = :said where name = :name")
                .bind("name", name)
                .bind("failures", health.failures())
                .bind("since", utcOrNull(health.failingSince()))
                .bind("resume", utcOrNull(health.resumeAt()))
                .bind("said", Texts.bounded(said))
                .execute();
    }

    /** Forgets failures, where there were any. */
    void takes(Handle handle, String name) {
        handle.createUpdate("update webhook set failures = 0, failing_since = null, resume_at = null, said = ''"
                        + " where name = :name and enabled and (failing_since is not null or resume_at is not null)")
                .bind("name", name)
                .execute();
    }

    /** Turns it off; false if it was. */
    boolean disable(Handle handle, String name, String why, Instant now) {
        return handle.createUpdate("update webhook set enabled = false, disabled_at = :now, said = :why,"
                                + " revision = revision + 1 where name = :name and enabled")
                        .bind("name", name)
                        .bind("now", utc(now))
                        .bind("why", Texts.bounded(why))
                        .execute()
                == 1;
    }

    private static Target target(ResultSet rs) throws SQLException {
        String secret = rs.getString("secret");
        return new Target(
                rs.getString("url"),
                rs.getBoolean("overlapping") ? List.of(secret, rs.getString("previous_secret")) : List.of(secret),
                health(rs));
    }

    private static Health health(ResultSet rs) throws SQLException {
        return new Health(rs.getInt("failures"), instant(rs, "failing_since"), instant(rs, "resume_at"));
    }

    private static Webhook read(ResultSet rs) throws SQLException {
        Instant failingSince = instant(rs, "failing_since");
        Instant disabledAt = instant(rs, "disabled_at");
        boolean enabled = rs.getBoolean("enabled");
        String state = disabledAt != null ? "disabled" : !enabled ? "off" : failingSince != null ? "failing" : "active";
        return new Webhook(
                rs.getString("name"),
                rs.getString("url"),
                List.of((String[]) rs.getArray("types").getArray()),
                rs.getString("selector"),
                state,
                enabled,
                rs.getLong("revision"),
                rs.getLong("waiting"),
                rs.getLong("parked"),
                failingSince,
                disabledAt,
                rs.getString("said"),
                instant(rs, "previous_until"),
                rs.getObject("changed_at", OffsetDateTime.class).toInstant(),
                rs.getString("changed_by"),
                rs.getString("changed_by_name"));
    }

    private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        OffsetDateTime at = rs.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static @Nullable OffsetDateTime utcOrNull(@Nullable Instant at) {
        return at == null ? null : utc(at);
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
