package dev.muster.control.bridges;

import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import dev.muster.telemetry.bridge.BridgeStatus;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code bridge} and {@code bridge_run}. Times of ownership are the database's, which all instances share. */
@Singleton
final class BridgeStore {
    /** The fact of a foreign device that says which connection made it. */
    static final String FACT = "bridge";

    private static final String SELECT =
            "select b.name, b.revision, b.description, b.broker, b.selector, b.enabled, b.yaml,"
                    + " b.password is not null as has_password, b.certificate is not null as has_identity, b.changed_at,"
                    + " b.changed_by, name_of_actor(b.changed_by, b.changed_at) as changed_by_name,"
                    + " (select count(*) from device_fact f where f.key = '" + FACT
                    + "' and f.text = b.name) as devices,"
                    + " r.name is not null and r.owned_until > clock_timestamp() as runs, r.instance, r.state, r.problem,"
                    + " r.detail, r.since, r.last_message, coalesce(r.received, 0) as received,"
                    + " coalesce(r.measured, 0) as measured, coalesce(r.dead_letters, 0) as dead_letters,"
                    + " coalesce(r.refused, 0) as refused, coalesce(r.dropped, 0) as dropped, coalesce(r.gaps, 0) as gaps,"
                    + " coalesce(r.per_second, 0) as per_second, coalesce(r.refusals, '{}') as refusals"
                    + " from bridge b left join bridge_run r on r.name = b.name ";

    List<StoredBridge> all(Handle handle) {
        return handle.createQuery(SELECT + "order by b.name")
                .map((rs, context) -> read(rs))
                .list();
    }

    Optional<StoredBridge> find(Handle handle, String name) {
        return handle.createQuery(SELECT + "where b.name = :name")
                .bind("name", name)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Nobody else changes it until the transaction ends. */
    Optional<StoredBridge> lock(Handle handle, String name) {
        handle.createQuery("select 1 from bridge where name = :name for update")
                .bind("name", name)
                .mapTo(Integer.class)
                .findOne();
        return find(handle, name);
    }

    int count(Handle handle) {
        return handle.createQuery("select count(*) from bridge")
                .mapTo(Integer.class)
                .one();
    }

    /** Writes the connection; its secrets stay only where {@code keepSecrets}. */
    void put(Handle handle, BridgeText text, long revision, boolean keepSecrets, String by, Instant now) {
        handle.createUpdate("""
                        insert into bridge as b (name, description, broker, selector, enabled, yaml, revision, changed_at,
                                                 changed_by)
                        values (:name, :description, :broker, :selector, :enabled, :yaml, :revision, :now, :by)
                        on conflict (tenant, name) do update
                           set description = excluded.description, broker = excluded.broker, selector = excluded.selector,
                               enabled = excluded.enabled, yaml = excluded.yaml, revision = excluded.revision,
                               changed_at = excluded.changed_at, changed_by = excluded.changed_by,
                               password = case when :keep then b.password end,
                               certificate = case when :keep then b.certificate end,
                               private_key = case when :keep then b.private_key end""")
                .bind("name", text.document().name())
                .bind("description", text.document().description())
                .bind("broker", text.document().broker().text())
                .bind("selector", text.selector().text())
                .bind("enabled", text.document().enabled())
                .bind("yaml", text.document().yaml())
                .bind("revision", revision)
                .bind("keep", keepSecrets)
                .bind("now", utc(now))
                .bind("by", by)
                .execute();
    }

    void secrets(Handle handle, String name, Secrets secrets, String by, Instant now) {
        handle.createUpdate("update bridge set password = :password, certificate = :certificate, private_key = :key,"
                        + " revision = revision + 1, changed_at = :now, changed_by = :by where name = :name")
                .bind("name", name)
                .bind("password", secrets.password())
                .bind("certificate", secrets.certificate())
                .bind("key", secrets.key())
                .bind("now", utc(now))
                .bind("by", by)
                .execute();
    }

    Secrets secrets(Handle handle, String name) {
        return handle.createQuery("select password, certificate, private_key from bridge where name = :name")
                .bind("name", name)
                .map((rs, context) ->
                        new Secrets(rs.getString("password"), rs.getString("certificate"), rs.getString("private_key")))
                .findOne()
                .orElse(Secrets.NONE);
    }

    void delete(Handle handle, String name) {
        handle.createUpdate("delete from bridge where name = :name")
                .bind("name", name)
                .execute();
    }

    /** Takes a connection for the owner, or keeps it, for so long; its epoch, or empty while another has it. */
    Optional<Long> own(Handle handle, String name, String owner, String instance, Duration lease, Instant now) {
        return handle.createQuery("""
                        insert into bridge_run as r (name, owner, owned_until, epoch, instance)
                        values (:name, :owner, clock_timestamp() + :lease * interval '1 second', :epoch, :instance)
                        on conflict (tenant, name) do update
                           set owned_until = excluded.owned_until, instance = excluded.instance,
                               epoch = case when r.owner = :owner then r.epoch else greatest(r.epoch + 1, :epoch) end,
                               owner = :owner
                         where r.owner = :owner or r.owned_until < clock_timestamp()
                        returning epoch""")
                .bind("name", name)
                .bind("owner", owner)
                .bind("instance", instance)
                .bind("lease", lease.toSeconds())
                .bind("epoch", now.toEpochMilli())
                .mapTo(Long.class)
                .findOne();
    }

    /** Gives a connection up, so that another need not wait. */
    void release(Handle handle, String name, String owner) {
        handle.createUpdate("update bridge_run set owned_until = clock_timestamp() - interval '1 second',"
                        + " per_second = 0 where name = :name and owner = :owner")
                .bind("name", name)
                .bind("owner", owner)
                .execute();
    }

    /** What was counted since it was told last. */
    record News(
            long received, long values, long deadLetters, long refused, long dropped, long gaps, double perSecond) {}

    void tell(Handle handle, String name, String owner, BridgeStatus status, News news) {
        handle.createUpdate("""
                        update bridge_run set state = :state, problem = :problem, detail = :detail, since = :since,
                               last_message = coalesce(cast(:last as timestamptz), last_message),
                               received = received + :received, measured = measured + :values,
                               dead_letters = dead_letters + :dead, refused = refused + :refused,
                               dropped = dropped + :dropped, gaps = gaps + :gaps, per_second = :rate, refusals = cast(:refusals as jsonb)
                         where name = :name and owner = :owner""")
                .bind("name", name)
                .bind("owner", owner)
                .bind("state", status.state().word())
                .bind("problem", status.problem().word())
                .bind("detail", status.detail())
                .bind("since", utc(status.since()))
                .bind("last", status.lastMessage() == null ? null : utc(status.lastMessage()))
                .bind("received", news.received())
                .bind("values", news.values())
                .bind("dead", news.deadLetters())
                .bind("refused", news.refused())
                .bind("dropped", news.dropped())
                .bind("gaps", news.gaps())
                .bind("rate", news.perSecond())
                .bind(
                        "refusals",
                        new String(JsonObject.write(status.refusals()), StandardCharsets.UTF_8).replace("\\u0000", ""))
                .execute();
    }

    /** A device as a connection sees it. */
    record Seen(String kind, String status, boolean selected) {}

    /** Those of the devices that there are. */
    Map<DeviceId, Seen> look(Handle handle, Collection<DeviceId> devices, Selector selector) {
        SqlFragment holds = selector.where("d", "s_");
        Map<DeviceId, Seen> seen = new HashMap<>();
        handle.createQuery("select d.id, d.kind, d.status, coalesce(" + holds.sql()
                        + ", false) as selected from device d where d.id = any(:ids)")
                .bind("ids", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .bindMap(holds.binds())
                .map((rs, context) -> Map.entry(
                        new DeviceId(rs.getString("id")),
                        new Seen(rs.getString("kind"), rs.getString("status"), rs.getBoolean("selected"))))
                .forEach(entry -> seen.put(entry.getKey(), entry.getValue()));
        return seen;
    }

    /** How many devices a connection made. */
    long made(Handle handle, String name) {
        return handle.createQuery("select count(*) from device_fact where key = '" + FACT + "' and text = :name")
                .bind("name", name)
                .mapTo(Long.class)
                .one();
    }

    private static StoredBridge read(ResultSet rs) throws SQLException {
        boolean enabled = rs.getBoolean("enabled");
        boolean runs = rs.getBoolean("runs");
        boolean stands = enabled && runs;
        return new StoredBridge(
                rs.getString("name"),
                rs.getLong("revision"),
                rs.getString("description"),
                rs.getString("broker"),
                rs.getString("selector"),
                enabled,
                rs.getString("yaml"),
                rs.getBoolean("has_password"),
                rs.getBoolean("has_identity"),
                rs.getLong("devices"),
                new StoredBridge.Run(
                        stands ? rs.getString("state") : enabled ? "pending" : "disabled",
                        stands ? rs.getString("problem") : "none",
                        stands ? rs.getString("detail") : enabled ? "no instance with the role worker runs it yet" : "",
                        stands ? rs.getString("instance") : null,
                        stands ? instant(rs, "since") : null,
                        instant(rs, "last_message"),
                        rs.getLong("received"),
                        rs.getLong("measured"),
                        rs.getLong("dead_letters"),
                        rs.getLong("refused"),
                        rs.getLong("dropped"),
                        rs.getLong("gaps"),
                        stands ? rs.getDouble("per_second") : 0,
                        refusals(rs.getString("refusals"))),
                rs.getObject("changed_at", OffsetDateTime.class).toInstant(),
                rs.getString("changed_by"),
                rs.getString("changed_by_name"));
    }

    private static Map<String, String> refusals(String json) {
        return JsonObject.parse(("{\"all\":" + json + "}").getBytes(StandardCharsets.UTF_8))
                .stringMap("all");
    }

    private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        OffsetDateTime at = rs.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
