package dev.muster.control.devices;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.control.tenancy.Question;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.SparkplugName;
import dev.muster.protocol.trace.Traceparent;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code device} and the tables beside it. Every query of people's requests takes their scope. */
@Singleton
final class DeviceStore {
    private static final String SELECT = """
            select d.*, p.online, p.last_seen, s.reported_generation, coalesce(s.settled, true) as settled, s.image_version, s.image_slot, s.policy_version,
                   (select array_agg(t.tag order by t.tag) from device_tag t
                     where t.tenant = d.tenant and t.device = d.id) as tags,
                   (select jsonb_object_agg(f.key, f.text) from device_fact f
                     where f.tenant = d.tenant and f.device = d.id) as facts,
                   (select jsonb_object_agg(o.key, o.text) from device_metadata o
                     where o.tenant = d.tenant and o.device = d.id) as metadata,
                   (select array_agg(g.name order by g.name) from device_group_member g
                     where g.tenant = d.tenant and g.device = d.id) as groups
              from device d
              left join device_presence p on p.tenant = d.tenant and p.device = d.id
              left join device_summary s on s.tenant = d.tenant and s.device = d.id
            """;

    // Both keys of the lock: what it is about, and the tenant.
    private static final String FLEET = "(hashtext('muster.fleet'), hashtext(current_tenant()))";

    private static final String AWAITED =
            "status = 'pending' and (udid = cast(:udid as text) or serial = cast(:serial as text))"
                    + " order by (udid = cast(:udid as text)) desc nulls last, id limit 1";

    private final AttributeStore attributes;

    DeviceStore(AttributeStore attributes) {
        this.attributes = attributes;
    }

    /** Together with {@link #holdAll}: who changes one device's data takes this before the device's row. */
    void share(Handle handle) {
        handle.createQuery("select 1 from pg_advisory_xact_lock_shared" + FLEET)
                .mapTo(Integer.class)
                .one();
    }

    /** Waits for all who {@link #share}, and keeps others from it until the transaction ends. */
    void holdAll(Handle handle) {
        handle.createQuery("select 1 from pg_advisory_xact_lock" + FLEET)
                .mapTo(Integer.class)
                .one();
    }

    Optional<Device> find(Handle handle, Scope scope, DeviceId id) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery(SELECT + " where d.id = :id and " + allowed.sql())
                .bind("id", id)
                .bindMap(allowed.binds())
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** At most {@code limit} devices with an id after {@code after}, by id. */
    List<Device> list(Handle handle, Scope scope, Selector query, String after, int limit) {
        SqlFragment allowed = scope.where("d");
        SqlFragment asked = query.where("d", "q_");
        return handle.createQuery(SELECT + " where d.id > :after and " + allowed.sql() + " and " + asked.sql()
                        + " order by d.id limit :limit")
                .bind("after", after)
                .bind("limit", limit)
                .bindMap(allowed.binds())
                .bindMap(asked.binds())
                .map((rs, context) -> read(rs))
                .list();
    }

    List<DeviceId> select(Handle handle, Scope scope, Selector query) {
        SqlFragment allowed = scope.where("d");
        SqlFragment asked = query.where("d", "q_");
        return handle.createQuery(
                        "select d.id from device d where " + allowed.sql() + " and " + asked.sql() + " order by d.id")
                .bindMap(allowed.binds())
                .bindMap(asked.binds())
                .map((rs, context) -> new DeviceId(rs.getString("id")))
                .list();
    }

    List<DeviceId> believing(Handle handle, Collection<DeviceId> ids) {
        Set<DeviceId> foreign =
                new HashSet<>(handle.createQuery("select device from ddi_device where device = any(:ids)")
                        .bind("ids", ids.stream().map(DeviceId::value).toArray(String[]::new))
                        .map((rs, context) -> new DeviceId(rs.getString("device")))
                        .list());
        return ids.stream().filter(id -> !foreign.contains(id)).toList();
    }

    long unbelieving(Handle handle, Scope scope, Selector query) {
        SqlFragment allowed = scope.where("d");
        SqlFragment asked = query.where("d", "q_");
        return handle.createQuery(
                        "select count(*) from ddi_device f join device d on d.tenant = f.tenant and d.id = f.device"
                                + " where d.status <> 'retired' and " + allowed.sql() + " and " + asked.sql())
                .bindMap(allowed.binds())
                .bindMap(asked.binds())
                .mapTo(Long.class)
                .one();
    }

    boolean selects(Handle handle, Selector query, DeviceId id) {
        SqlFragment asked = query.where("d", "q_");
        return handle.createQuery("select exists (select 1 from device d where d.id = :id and " + asked.sql() + ")")
                .bind("id", id)
                .bindMap(asked.binds())
                .mapTo(Boolean.class)
                .one();
    }

    List<DeviceId> visible(Handle handle, Scope scope, Collection<DeviceId> ids) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select d.id from device d where d.id = any(:ids) and " + allowed.sql())
                .bind("ids", ids.stream().map(DeviceId::value).toArray(String[]::new))
                .bindMap(allowed.binds())
                .map((rs, context) -> new DeviceId(rs.getString("id")))
                .list();
    }

    Question<DeviceState.Status> status(DeviceId id) {
        // Nobody of a tenant that is not active comes in, whatever is said of the device itself.
        return new Question<>(
                "select case when t.state = 'active' then d.status else 'suspended' end as status"
                        + " from device d join tenant t on t.tenant = d.tenant where d.id = ?",
                List.of(id.value()),
                rs -> status(rs.getString("status")));
    }

    /** False if the id is taken. */
    boolean insert(Handle handle, NewDevice device, Instant at) {
        int inserted = handle.createUpdate("""
                        insert into device (id, name, status, site, hardware, serial, udid, type, enrolled_at)
                        values (:id, :name, 'active', :site, :hardware, :serial, :udid, :type, :at) on conflict do nothing""")
                .bind("id", device.id())
                .bind("name", device.id().value())
                .bind("site", device.site())
                .bind("hardware", device.hardware())
                .bind("serial", device.serial())
                .bind("udid", device.udid())
                .bind("type", device.type())
                .bind("at", utc(at))
                .execute();
        if (inserted == 0) {
            return false;
        }
        attributes.tags(handle, device.id(), device.tags());
        attributes.facts(handle, device.id(), device.facts());
        return true;
    }

    /** A device that others speak for; false if the id is taken. */
    boolean insertForeign(Handle handle, NewDevice device, Optional<String> type) {
        int inserted = handle.createUpdate("""
                        insert into device (id, name, status, kind, site, hardware, type)
                        values (:id, :name, 'active', 'foreign', :site, :hardware, :type) on conflict do nothing""")
                .bind("id", device.id())
                .bind("name", device.id().value())
                .bind("site", device.site())
                .bind("hardware", device.hardware())
                .bind("type", type)
                .execute();
        if (inserted == 0) {
            return false;
        }
        attributes.tags(handle, device.id(), device.tags());
        attributes.facts(handle, device.id(), device.facts());
        return true;
    }

    /** A pending device, or what people now say of one; false if the id belongs to a device that came already. */
    boolean await(Handle handle, AwaitedDevice device) {
        boolean put = handle.createUpdate("""
                        insert into device (id, name, status, site, hardware, serial, udid, type)
                        values (:id, :name, 'pending', :site, :hardware, :serial, :udid, :type)
                        on conflict (tenant, id) do update set name = excluded.name, site = excluded.site,
                            hardware = excluded.hardware, serial = excluded.serial, udid = excluded.udid,
                            type = excluded.type
                         where device.status = 'pending'""")
                        .bind("id", device.id())
                        .bind("name", device.name())
                        .bind("site", device.site())
                        .bind("hardware", device.hardware())
                        .bind("serial", device.serial())
                        .bind("udid", device.udid())
                        .bind("type", device.type())
                        .execute()
                == 1;
        if (put) {
            attributes.tags(handle, device.id(), device.tags());
            handle.createUpdate("delete from device_metadata where device = :id")
                    .bind("id", device.id())
                    .execute();
            attributes.metadata(handle, device.id(), new HashMap<>(device.metadata()));
        }
        return put;
    }

    /** The pending device that waits for this hardware, locked; by UDID before serial number. */
    Optional<DeviceService.Awaited> awaited(Handle handle, @Nullable String serial, @Nullable String udid) {
        return handle.createQuery("select id, hardware from device where " + AWAITED + " for update")
                .bind("serial", serial)
                .bind("udid", udid)
                .map((rs, context) ->
                        new DeviceService.Awaited(new DeviceId(rs.getString("id")), rs.getString("hardware")))
                .findOne();
    }

    Optional<DeviceId> awaiting(Handle handle, @Nullable String serial, @Nullable String udid) {
        return handle.createQuery("select id from device where " + AWAITED)
                .bind("serial", serial)
                .bind("udid", udid)
                .map((rs, context) -> new DeviceId(rs.getString("id")))
                .findOne();
    }

    /** Whether a device that came, and was not retired, has the serial number; which. */
    Optional<DeviceId> bySerial(Handle handle, String serial) {
        return handle.createQuery(
                        "select id from device where serial = :serial and status <> 'retired' order by id limit 1")
                .bind("serial", serial)
                .map((rs, context) -> new DeviceId(rs.getString("id")))
                .findOne();
    }

    /** The hardware came: what it says of itself counts, what people said stays, tags of its token come on top. */
    DeviceState claim(Handle handle, NewDevice device, Instant at) {
        handle.createUpdate("insert into device_tag (device, tag) select :id, unnest(:tags) on conflict do nothing")
                .bind("id", device.id())
                .bind("tags", device.tags().toArray(String[]::new))
                .execute();
        attributes.facts(handle, device.id(), device.facts());
        return handle.createQuery("""
                        update device set status = 'active', enrolled_at = :at, hardware = :hardware,
                               serial = coalesce(:serial, serial), udid = coalesce(:udid, udid),
                               site = coalesce(site, :site), type = coalesce(type, :type), revision = revision + 1
                         where id = :id returning status, generation, revision, sparkplug""")
                .bind("id", device.id())
                .bind("site", device.site())
                .bind("hardware", device.hardware())
                .bind("serial", device.serial())
                .bind("udid", device.udid())
                .bind("type", device.type())
                .bind("at", utc(at))
                .map((rs, context) -> state(rs))
                .one();
    }

    /** Locks the row; empty if it is not in scope. */
    Optional<DeviceState> lock(Handle handle, Scope scope, DeviceId id) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery(
                        "select d.status, d.generation, d.revision, d.sparkplug from device d where d.id = :id and "
                                + allowed.sql() + " for no key update of d")
                .bind("id", id)
                .bindMap(allowed.binds())
                .map((rs, context) -> state(rs))
                .findOne();
    }

    DeviceState status(Handle handle, DeviceId id, DeviceState.Status status) {
        return handle.createQuery("update device set status = :status, revision = revision + 1 where id = :id "
                        + "returning status, generation, revision, sparkplug")
                .bind("id", id)
                .bind("status", status.name().toLowerCase(Locale.ROOT))
                .map((rs, context) -> state(rs))
                .one();
    }

    /** Names it as an edge node, {@code null} as none; the caller holds its row. */
    DeviceState sparkplug(Handle handle, DeviceId id, @Nullable SparkplugName name) {
        return handle.createQuery("update device set sparkplug = :name, revision = revision + 1 where id = :id "
                        + "returning status, generation, revision, sparkplug")
                .bind("id", id)
                .bind("name", name == null ? null : name.toString())
                .map((rs, context) -> state(rs))
                .one();
    }

    /** Which device has the name, other than a retired one. */
    Optional<DeviceId> bySparkplug(Handle handle, SparkplugName name) {
        return handle.createQuery("select id from device where sparkplug = :name and status <> 'retired'")
                .bind("name", name.toString())
                .map((rs, context) -> new DeviceId(rs.getString("id")))
                .findOne();
    }

    /** The name of an edge node. */
    Optional<SparkplugName> sparkplug(Handle handle, DeviceId id) {
        return handle.createQuery("select sparkplug from device where id = :id and sparkplug is not null")
                .bind("id", id)
                .map((rs, context) -> SparkplugName.parse(rs.getString("sparkplug")))
                .findOne();
    }

    /**
     * The new state of each device whose desired state changed; the caller holds their rows.
     *
     * @param traced which of them the trace goes on to
     */
    Map<DeviceId, DeviceState> nextGeneration(
            Handle handle, Collection<DeviceId> ids, Collection<DeviceId> traced, Optional<Traceparent> trace) {
        Map<DeviceId, DeviceState> states = new HashMap<>();
        handle.createQuery("update device set generation = generation + 1, revision = revision + 1, "
                        + "trace = case when id = any(:traced) then cast(:trace as text) end "
                        + "where id = any(:ids) returning id, status, generation, revision, sparkplug")
                .bind("ids", ids.stream().map(DeviceId::value).toArray(String[]::new))
                .bind("traced", traced.stream().map(DeviceId::value).toArray(String[]::new))
                .bind("trace", trace.map(Traceparent::text).orElse(null))
                .map((rs, context) -> Map.entry(new DeviceId(rs.getString("id")), state(rs)))
                .forEach(entry -> states.put(entry.getKey(), entry.getValue()));
        return states;
    }

    void rename(Handle handle, DeviceId id, String name) {
        handle.createUpdate("update device set name = :name where id = :id")
                .bind("id", id)
                .bind("name", name)
                .execute();
    }

    void type(Handle handle, DeviceId id, @Nullable String type) {
        handle.createUpdate("update device set type = :type where id = :id")
                .bind("id", id)
                .bind("type", type)
                .execute();
    }

    void move(Handle handle, DeviceId id, @Nullable String site) {
        handle.createUpdate("update device set site = :site where id = :id")
                .bind("id", id)
                .bind("site", site)
                .execute();
    }

    boolean lock(Handle handle, DeviceId id) {
        return handle.createQuery("select 1 from device where id = :id for no key update")
                .bind("id", id)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** Locks those that exist, in id order, which keeps two callers from a deadlock. */
    Set<DeviceId> lock(Handle handle, Collection<DeviceId> ids) {
        return new HashSet<>(
                handle.createQuery("select id from device where id = any(:ids) order by id for no key update")
                        .bind("ids", ids.stream().map(DeviceId::value).toArray(String[]::new))
                        .map((rs, context) -> new DeviceId(rs.getString("id")))
                        .list());
    }

    /** Answers what changed of what selectors can ask for. */
    Set<String> summary(Handle handle, DeviceId id, DeviceSummary summary) {
        Set<String> changed = new HashSet<>();
        // One statement: it still sees the row as it was before.
        handle.createQuery("""
                        with before as (select image_version, policy_version from device_summary where device = :id),
                             put as (
                        insert into device_summary
                            (device, reported_generation, settled, image_version, image_slot, policy_version)
                        values (:id, :generation, :settled, :version, :slot, :policy)
                        on conflict (tenant, device) do update set
                            reported_generation = excluded.reported_generation,
                            settled = excluded.settled,
                            image_version = excluded.image_version,
                            image_slot = excluded.image_slot,
                            policy_version = excluded.policy_version)
                        select (select image_version from before) is distinct from cast(:version as text) as image,
                               (select policy_version from before) is distinct from cast(:policy as text) as policy""")
                .bind("id", id)
                .bind("generation", summary.reportedGeneration())
                .bind("settled", summary.settled())
                .bind("version", summary.imageVersion())
                .bind("slot", summary.imageSlot())
                .bind("policy", summary.policyVersion())
                .map((rs, context) -> {
                    if (rs.getBoolean("image")) {
                        changed.add("image");
                    }
                    if (rs.getBoolean("policy")) {
                        changed.add("policy");
                    }
                    return Boolean.TRUE;
                })
                .one();
        return changed;
    }

    /** Of each device what changed of what selectors can ask for; the image is the manifest's to say. */
    Map<DeviceId, Set<String>> summaries(Handle handle, Map<DeviceId, ReportSummary> reports) {
        Map<DeviceId, Set<String>> changed = new HashMap<>();
        // One statement: it still sees the rows as they were before.
        handle.createQuery("""
                        with told as (
                        select * from unnest(:ids, :generations, :settled, :policies)
                               as t (device, generation, settled, policy)),
                             put as (
                        insert into device_summary (device, reported_generation, settled, policy_version)
                        select * from told order by device
                        on conflict (tenant, device) do update set
                            reported_generation = excluded.reported_generation,
                            settled = excluded.settled,
                            policy_version = excluded.policy_version)
                        select t.device from told t left join device_summary s on s.device = t.device
                         where s.policy_version is distinct from t.policy""")
                .bind("ids", reports.keySet().stream().map(DeviceId::value).toArray(String[]::new))
                .bind(
                        "generations",
                        reports.values().stream().map(ReportSummary::generation).toArray(Long[]::new))
                .bind(
                        "settled",
                        reports.values().stream().map(ReportSummary::settled).toArray(Boolean[]::new))
                .bind(
                        "policies",
                        reports.values().stream()
                                .map(ReportSummary::policyVersion)
                                .toArray(String[]::new))
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .forEach(device ->
                        changed.computeIfAbsent(device, id -> new HashSet<>()).add("policy"));
        reports.forEach((device, report) -> {
            if (!report.facts().isEmpty()) {
                attributes.facts(handle, device, report.facts()).forEach(key -> changed.computeIfAbsent(
                                device, id -> new HashSet<>())
                        .add("fact." + key));
            }
        });
        return changed;
    }

    private static Device read(ResultSet rs) throws SQLException {
        String imageVersion = rs.getString("image_version");
        return new Device(
                rs.getString("id"),
                rs.getString("name"),
                rs.getString("tenant"),
                status(rs.getString("status")),
                rs.getBoolean("online"),
                instant(rs, "last_seen"),
                rs.getString("site"),
                strings(rs.getArray("tags")),
                rs.getString("hardware"),
                rs.getString("serial"),
                instant(rs, "enrolled_at"),
                rs.getLong("generation"),
                rs.getLong("reported_generation"),
                rs.getBoolean("settled"),
                imageVersion == null ? null : new Device.Image(imageVersion, rs.getString("image_slot")),
                rs.getString("policy_version"),
                pairs(rs.getString("facts")),
                rs.getString("type"),
                rs.getString("udid"),
                pairs(rs.getString("metadata")),
                strings(rs.getArray("groups")),
                rs.getString("sparkplug"),
                rs.getString("kind"));
    }

    private static DeviceState state(ResultSet rs) throws SQLException {
        return new DeviceState(
                status(rs.getString("status")),
                rs.getLong("generation"),
                rs.getLong("revision"),
                Optional.ofNullable(rs.getString("sparkplug")).map(SparkplugName::parse));
    }

    private static DeviceState.Status status(String text) {
        return DeviceState.Status.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static List<String> strings(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
    }

    private static Map<String, String> pairs(@Nullable String json) {
        if (json == null) {
            return Map.of();
        }
        JsonObject object = JsonObject.parse(json.getBytes(StandardCharsets.UTF_8));
        Map<String, String> pairs = new HashMap<>();
        object.members().keySet().forEach(key -> pairs.put(key, object.string(key)));
        return pairs;
    }

    private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        OffsetDateTime at = rs.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
