package dev.muster.control.groups;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Rows of {@code device_group} and {@code device_group_member}. */
@Singleton
final class GroupStore {
    private static final String COLUMNS =
            "g.name, g.kind, g.query, g.description, g.revision, g.created_at, g.created_by, "
                    + "name_of_actor(g.created_by, g.created_at) as created_by_name";

    List<Group> list(Handle handle, Scope scope, String after, int limit) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select " + COLUMNS + ", " + members(allowed)
                        + " from device_group g where g.name > :after order by g.name limit :limit")
                .bind("after", after)
                .bind("limit", limit)
                .bindMap(allowed.binds())
                .map((rs, context) -> read(rs))
                .list();
    }

    Optional<Group> find(Handle handle, Scope scope, String name) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery(
                        "select " + COLUMNS + ", " + members(allowed) + " from device_group g where g.name = :name")
                .bind("name", name)
                .bindMap(allowed.binds())
                .map((rs, context) -> read(rs))
                .findOne();
    }

    // Without bounds of its own: the index gives the members of the group only.
    private static String members(SqlFragment allowed) {
        return "(select count(*) from device_group_member m"
                + (allowed.equals(SqlFragment.TRUE)
                        ? ""
                        : " join device d on d.tenant = m.tenant and d.id = m.device and " + allowed.sql())
                + " where m.tenant = g.tenant and m.name = g.name) as members";
    }

    boolean insert(Handle handle, Group group, Collection<String> fields) {
        return handle.createUpdate("""
                        insert into device_group (name, kind, query, fields, description, created_at, created_by)
                        values (:name, :kind, :query, :fields, :description, :at, :by) on conflict do nothing""")
                        .bind("name", group.name())
                        .bind("kind", group.kind().name().toLowerCase(Locale.ROOT))
                        .bind("query", group.query())
                        .bind("fields", fields.toArray(String[]::new))
                        .bind("description", group.description())
                        .bind("at", utc(group.createdAt()))
                        .bind("by", group.createdBy())
                        .execute()
                == 1;
    }

    void update(Handle handle, String name, String query, Collection<String> fields, String description) {
        handle.createUpdate("""
                        update device_group set query = :query, fields = :fields, description = :description,
                               revision = revision + 1 where name = :name""")
                .bind("name", name)
                .bind("query", query)
                .bind("fields", fields.toArray(String[]::new))
                .bind("description", description)
                .execute();
    }

    void touch(Handle handle, String name) {
        handle.createUpdate("update device_group set revision = revision + 1 where name = :name")
                .bind("name", name)
                .execute();
    }

    /** Whether something is set for the members of the group. */
    boolean hasSettings(Handle handle, String name) {
        return handle.createQuery("select exists (select 1 from setting where level = 'group' and name = :name "
                        + "and document <> '{}'::jsonb)")
                .bind("name", name)
                .mapTo(Boolean.class)
                .one();
    }

    void delete(Handle handle, String name) {
        handle.createUpdate("delete from device_group where name = :name")
                .bind("name", name)
                .execute();
    }

    int count(Handle handle) {
        return handle.createQuery("select count(*) from device_group")
                .mapTo(Integer.class)
                .one();
    }

    /** Every member, by id. */
    List<DeviceId> members(Handle handle, String group) {
        return handle.createQuery("select device from device_group_member where name = :name order by device")
                .bind("name", group)
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list();
    }

    /** The queries of the dynamic groups that ask for one of the fields, by the group's name. */
    Map<String, String> asking(Handle handle, Collection<String> fields) {
        return handle.createQuery(
                        "select name, query from device_group where kind = 'dynamic' and fields && cast(:fields as text[])")
                .bind("fields", fields.toArray(String[]::new))
                .map((rs, context) -> Map.entry(rs.getString("name"), rs.getString("query")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The queries of all dynamic groups, by the group's name. */
    Map<String, String> dynamic(Handle handle) {
        return handle.createQuery("select name, query from device_group where kind = 'dynamic'")
                .map((rs, context) -> Map.entry(rs.getString("name"), rs.getString("query")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Those of the groups whose query selects the device; asked in one statement. A retired device is in none. */
    List<String> selecting(Handle handle, DeviceId device, Map<String, Selector> groups) {
        Map<String, Object> binds = new HashMap<>();
        // The device is read once, however many groups ask.
        String one = "with one as materialized (select * from device where id = :device and status <> 'retired') ";
        String any = groups.entrySet().stream()
                .map(entry -> {
                    int n = binds.size();
                    SqlFragment holds = entry.getValue().where("d", "g" + n + "_");
                    binds.putAll(holds.binds());
                    binds.put("name" + n, entry.getKey());
                    return "select cast(:name" + n + " as text) as name from one d where " + holds.sql();
                })
                .collect(Collectors.joining(" union all "));
        // The rows of one device lie together in every index. A planner without statistics reads whole tables instead.
        handle.execute("set local enable_seqscan = off");
        List<String> selecting = handle.createQuery(one + any)
                .bind("device", device)
                .bindMap(binds)
                .mapTo(String.class)
                .list();
        handle.execute("set local enable_seqscan = on");
        return selecting;
    }

    /** The groups of a device, by name. */
    List<String> of(Handle handle, DeviceId device) {
        return handle.createQuery("select name from device_group_member where device = :device order by name")
                .bind("device", device)
                .mapTo(String.class)
                .list();
    }

    /** Every member of the groups, with those of them that it is in, by name. */
    Map<DeviceId, List<String>> memberships(Handle handle, Collection<String> names) {
        return handle.createQuery("select device, name from device_group_member where name = any(:names) order by name")
                .bind("names", names.toArray(String[]::new))
                .map((rs, context) -> Map.entry(new DeviceId(rs.getString("device")), rs.getString("name")))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    /** True if it was no member before. */
    boolean add(Handle handle, String group, DeviceId device, Instant now) {
        return handle.createUpdate(
                                "insert into device_group_member (name, device, since) values (:name, :device, :now) "
                                        + "on conflict do nothing")
                        .bind("name", group)
                        .bind("device", device)
                        .bind("now", utc(now))
                        .execute()
                == 1;
    }

    /** True if it was a member. */
    boolean remove(Handle handle, String group, DeviceId device) {
        return handle.createUpdate("delete from device_group_member where name = :name and device = :device")
                        .bind("name", group)
                        .bind("device", device)
                        .execute()
                == 1;
    }

    /** Makes the whole membership what the query says and answers who came; the one full evaluation there is. */
    List<DeviceId> enter(Handle handle, String group, Selector query, Instant now) {
        SqlFragment holds = query.where("d", "g_");
        return handle.createQuery("insert into device_group_member (name, device, since) "
                        + "select :name, d.id, :now from device d where d.status <> 'retired' and " + holds.sql()
                        + " on conflict do nothing returning device")
                .bind("name", group)
                .bind("now", utc(now))
                .bindMap(holds.binds())
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list();
    }

    /** The other half of {@link #enter}: who left. */
    List<DeviceId> leave(Handle handle, String group, Selector query) {
        SqlFragment holds = query.where("d", "g_");
        return handle.createQuery("delete from device_group_member m where m.name = :name and not exists ("
                        + "select 1 from device d where d.tenant = m.tenant and d.id = m.device"
                        + " and d.status <> 'retired' and " + holds.sql() + ") returning m.device")
                .bind("name", group)
                .bindMap(holds.binds())
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list();
    }

    private static Group read(ResultSet rs) throws SQLException {
        return new Group(
                rs.getString("name"),
                Group.Kind.valueOf(rs.getString("kind").toUpperCase(Locale.ROOT)),
                rs.getString("query"),
                rs.getString("description"),
                rs.getLong("members"),
                rs.getLong("revision"),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                rs.getString("created_by"),
                rs.getString("created_by_name"));
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
