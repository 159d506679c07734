package dev.muster.control.search;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Looks through what other features store; one statement. */
@Singleton
@SuppressWarnings("InlineFormatString") // the parts of the statement are read one at a time, by their names
final class SearchStore {
    // Devices by a range of a B-tree, however many there are: once for each of what they are known by. The others are
    // few, and are
    // found by any part of their names.
    private static final String DEVICES = """
            (select 1 as place, 'device' as kind, d.id, d.name, coalesce(d.site, '') as detail, d.id as by
               from device d where d.find_name >= :from and d.find_name < :to and %1$s order by d.find_name, d.id limit :limit)
            union all
            (select 2, 'device', d.id, d.name, coalesce(d.site, ''), d.id
               from device d where d.find_id >= :from and d.find_id < :to and %1$s order by d.find_id limit :limit)
            union all
            (select 3, 'device', d.id, d.name, d.serial, d.id
               from device d where d.find_serial >= :from and d.find_serial < :to and %1$s order by d.find_serial, d.id limit :limit)
            union all
            (select 4, 'device', d.id, d.name, t.tag, d.id
               from device_tag t join device d on d.tenant = t.tenant and d.id = t.device
              where t.find_tag >= :from and t.find_tag < :to and %1$s order by t.find_tag, t.device limit :limit)
            """;

    private static final String OTHERS = """
            union all
            (select 5, 'site', s.name, s.name, coalesce(s.parent, ''), s.name from site s
              where strpos(lower(s.name), :text) > 0 order by strpos(lower(s.name), :text), s.name limit :limit)
            union all
            (select 6, 'group', g.name, g.name, g.query, g.name from device_group g
              where strpos(lower(g.name), :text) > 0 order by strpos(lower(g.name), :text), g.name limit :limit)
            union all
            (select 7, 'rollout', cast(r.id as text), r.name, r.state, r.name from rollout r
              where strpos(lower(r.name), :text) > 0 and %1$s order by r.created_at desc, r.id limit :limit)
            union all
            (select 8, 'release', cast(r.id as text), r.name, r.version, r.name from release r
              where strpos(lower(r.name || ' ' || r.version), :text) > 0 order by r.created_at desc, r.id limit :limit)
            union all
            (select 9, 'app', a.sha256, a.name, a.version, a.name from artifact a
              where a.kind = 'app' and strpos(lower(a.name), :text) > 0 order by a.uploaded_at desc, a.sha256 limit :limit)
            union all
            (select 10, 'policy', p.kind || '/' || p.name, p.name, p.kind, p.name from policy_document p
              where strpos(lower(p.name), :text) > 0 order by strpos(lower(p.name), :text), p.name limit :limit)
            """;

    /** At most {@code limit} of each kind. */
    List<Found.Item> find(Handle handle, Scope scope, String text, int limit) {
        SqlFragment allowed = scope.where("d");
        String rollouts = scope.fleetWide()
                ? "true"
                : "exists (select 1 from rollout_device rd join device d on d.tenant = rd.tenant and d.id = rd.device"
                        + " where rd.tenant = r.tenant and rd.rollout = r.id and " + allowed.sql() + ")";
        Map<String, Found.Item> items = new LinkedHashMap<>();
        Map<String, Integer> counts = new LinkedHashMap<>();
        handle.createQuery("select * from (" + DEVICES.formatted(allowed.sql()) + OTHERS.formatted(rollouts)
                        + ") found order by place")
                .bindMap(allowed.binds())
                .bind("text", text)
                .bind("from", text)
                // No character is beyond the last one.
                .bind("to", text + Character.toString(Character.MAX_CODE_POINT))
                .bind("limit", limit)
                .map((rs, context) -> new Found.Item(
                        rs.getString("kind"), rs.getString("id"), rs.getString("name"), rs.getString("detail")))
                .forEach(item -> {
                    String key = item.kind() + "/" + item.id();
                    // One device may be found by its name and by a tag.
                    if (!items.containsKey(key) && counts.getOrDefault(item.kind(), 0) < limit) {
                        items.put(key, item);
                        counts.merge(item.kind(), 1, Integer::sum);
                    }
                });
        return List.copyOf(items.values());
    }
}
