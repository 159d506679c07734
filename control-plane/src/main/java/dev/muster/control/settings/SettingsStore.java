package dev.muster.control.settings;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code setting}: the draft, which people edit. */
@Singleton
final class SettingsStore {
    static final String COLUMNS = "level, name, document, revision, updated_at, updated_by, "
            + "name_of_actor(updated_by, updated_at) as updated_by_name";

    Optional<SettingsDocument> find(Handle handle, SettingsLevel level, String name, boolean lock) {
        return handle.createQuery("select " + COLUMNS + " from setting where level = :level and name = :name"
                        + (lock ? " for update" : ""))
                .bind("level", level.text())
                .bind("name", name)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Every document, also where a tenant has many devices with one of their own. */
    List<SettingsDocument> all(Handle handle) {
        return handle.createQuery("select " + COLUMNS + " from setting order by level, name")
                .map((rs, context) -> read(rs))
                .list();
    }

    void put(
            Handle handle,
            SettingsLevel level,
            String name,
            Map<String, @Nullable Object> document,
            Instant at,
            String actor) {
        handle.createUpdate("""
                        insert into setting (level, name, document, updated_at, updated_by)
                        values (:level, :name, cast(:document as jsonb), :at, :by)
                        on conflict (tenant, level, name) do update set document = excluded.document,
                            revision = setting.revision + 1, updated_at = excluded.updated_at,
                            updated_by = excluded.updated_by""")
                .bind("level", level.text())
                .bind("name", name)
                .bind("document", new String(JsonObject.write(document), StandardCharsets.UTF_8))
                .bind("at", at.atOffset(ZoneOffset.UTC))
                .bind("by", actor)
                .execute();
    }

    /** Takes the document away; false if there was none. */
    boolean delete(Handle handle, SettingsLevel level, String name) {
        return handle.createUpdate("delete from setting where level = :level and name = :name")
                        .bind("level", level.text())
                        .bind("name", name)
                        .execute()
                == 1;
    }

    /**
     * A device as far as its settings depend on it.
     *
     * @param platform {@code linux}, {@code simulated} or {@code openharmony}; empty if it never told
     * @param version it is to hold; 0 for none
     * @param devices how many stand there
     */
    record Place(DeviceId device, Optional<String> site, String platform, long version, long devices) {}

    /** Versions that devices are to hold, and 0 for none. */
    Set<Long> versions(Handle handle) {
        Set<Long> versions =
                handle.createQuery("select distinct version from device_settings").mapTo(Long.class).stream()
                        .collect(Collectors.toCollection(TreeSet::new));
        versions.add(0L);
        return versions;
    }

    /**
     * Devices in scope that the query selects, those that stand at one place together, named by the first of them.
     *
     * @param alone devices that stand for themselves wherever they are
     */
    List<Place> places(Handle handle, Scope scope, Selector query, Collection<DeviceId> alone) {
        SqlFragment allowed = scope.where("d");
        SqlFragment asked = query.where("d", "q_");
        return handle.createQuery("""
                        select min(d.id) as id, d.site, coalesce(f.text, '') as platform, coalesce(s.version, 0) as version,
                               count(*) as devices
                          from device d
                          left join device_fact f on f.device = d.id and f.key = 'platform'
                          left join device_settings s on s.device = d.id
                          left join unnest(:alone) a (id) on a.id = d.id
                         where d.status <> 'retired' and d.kind = 'managed'
                           and not exists (select 1 from ddi_device n where n.tenant = d.tenant and n.device = d.id)
                           and""" + " " + allowed.sql() + " and " + asked.sql()
                        + " group by a.id, d.site, coalesce(f.text, ''), coalesce(s.version, 0) order by min(d.id)")
                .bindMap(allowed.binds())
                .bindMap(asked.binds())
                .bind("alone", alone.stream().map(DeviceId::value).distinct().toArray(String[]::new))
                .map((rs, context) -> new Place(
                        new DeviceId(rs.getString("id")),
                        Optional.ofNullable(rs.getString("site")),
                        rs.getString("platform"),
                        rs.getLong("version"),
                        rs.getLong("devices")))
                .list();
    }

    /** The site and those above it, the topmost first. */
    List<String> chain(Handle handle, String site) {
        return chains(handle, Optional.of(site)).getOrDefault(site, List.of());
    }

    /** The same of all sites, on one trip. */
    Map<String, List<String>> chains(Handle handle) {
        return chains(handle, Optional.empty());
    }

    private static Map<String, List<String>> chains(Handle handle, Optional<String> site) {
        Map<String, List<String>> chains = new HashMap<>();
        handle.createQuery("""
                        with recursive up as (
                            select name as site, name, parent, 0 as depth from site
                             where cast(:site as text) is null or name = :site
                            union all
                            select up.site, s.name, s.parent, up.depth + 1 from site s join up on s.name = up.parent
                             where up.depth < 64)
                        select site, name from up order by site, depth desc""")
                .bind("site", site)
                .map((rs, context) -> Map.entry(rs.getString("site"), rs.getString("name")))
                .forEach(above -> chains.computeIfAbsent(above.getKey(), name -> new ArrayList<>())
                        .add(above.getValue()));
        return chains;
    }

    static SettingsDocument read(ResultSet rs) throws SQLException {
        return new SettingsDocument(
                rs.getString("level"),
                rs.getString("name"),
                JsonObject.parse(rs.getString("document").getBytes(StandardCharsets.UTF_8))
                        .members(),
                rs.getLong("revision"),
                rs.getObject("updated_at", OffsetDateTime.class).toInstant(),
                rs.getString("updated_by"),
                rs.getString("updated_by_name"));
    }
}
