package dev.muster.control.impact;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.PolicySnapshot;
import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Counts devices by what policies ask about them: one pass over the fleet, however many devices it has. */
@Singleton
final class FleetStore {
    private static final String KEY =
            "site, tags, hardware, memberships, zone, holds, named, profile, platform, helper, debug, levels, version";

    /**
     * What the two policies of a question ask about devices.
     *
     * @param named ids of devices that a capability names
     * @param byVersion whether devices on different versions differ
     */
    record Asked(
            Collection<String> sites,
            Collection<String> tags,
            Collection<String> hardware,
            Collection<String> groups,
            boolean localTime,
            List<String> expressions,
            Collection<String> named,
            boolean byVersion) {
        Asked {
            expressions = List.copyOf(expressions);
        }

        /** What any of these policies asks. */
        static Asked of(Collection<PolicySnapshot> policies, boolean byVersion) {
            Set<String> sites = new HashSet<>();
            Set<String> tags = new HashSet<>();
            Set<String> hardware = new HashSet<>();
            Set<String> groups = new HashSet<>();
            Set<String> named = new HashSet<>();
            Set<String> expressions = new TreeSet<>();
            for (PolicySnapshot snapshot : policies) {
                expressions.addAll(snapshot.expressions());
                selectors(snapshot).forEach(selector -> {
                    switch (selector) {
                        case DeviceSelector.Attributes attributes -> {
                            sites.addAll(attributes.sites());
                            tags.addAll(attributes.tags());
                            hardware.addAll(attributes.hardware());
                            groups.addAll(attributes.groups());
                        }
                        case DeviceSelector.Ids ids -> named.addAll(ids.ids());
                        case DeviceSelector.Everywhere everywhere -> {}
                        case DeviceSelector.Expression expression -> {}
                    }
                });
            }
            return new Asked(
                    sites,
                    tags,
                    hardware,
                    groups,
                    policies.stream().anyMatch(PolicySnapshot::asksForLocalTime),
                    List.copyOf(expressions),
                    named,
                    byVersion);
        }

        private static Stream<DeviceSelector> selectors(PolicySnapshot snapshot) {
            return Stream.of(
                            snapshot.bindings().stream().map(binding -> binding.devices()),
                            snapshot.guardRails().stream().map(rail -> rail.devices()),
                            snapshot.capabilities().stream().map(capability -> capability.devices()))
                    .flatMap(devices -> devices);
        }
    }

    /** The groups of the devices that are in scope, selected, and neither pending nor retired, with their sizes. */
    Map<FleetGroup, Long> groups(Handle handle, Scope scope, Selector selector, Asked asked) {
        Part part = seen(scope, selector, asked);
        Map<FleetGroup, Long> groups = new LinkedHashMap<>();
        handle.createQuery(part.sql() + " select " + KEY + ", count(*) as devices from seen group by " + KEY)
                .bindMap(part.binds())
                .map((rs, context) -> Map.entry(group(rs, asked), rs.getLong("devices")))
                .forEach(entry -> groups.put(entry.getKey(), entry.getValue()));
        return groups;
    }

    /**
     * Running processes of an app in a group.
     *
     * @param processes of the devices that tell
     * @param devices that tell
     */
    record Running(long processes, long devices) {}

    /** What runs of the bundles, by group and app. */
    Map<FleetGroup, Map<AppKey, Running>> running(
            Handle handle, Scope scope, Selector selector, Asked asked, Collection<String> bundles) {
        Part part = seen(scope, selector, asked);
        Map<FleetGroup, Map<AppKey, Running>> running = new HashMap<>();
        handle.createQuery(part.sql() + " select " + KEY
                        + ", a.bundle, a.user_id, a.instance, sum(a.processes) as processes, count(*) as devices"
                        + " from seen join device_app_processes a on a.device = seen.id and a.bundle = any(:bundles)"
                        + " group by " + KEY + ", a.bundle, a.user_id, a.instance")
                .bindMap(part.binds())
                .bind("bundles", bundles.toArray(String[]::new))
                .map((rs, context) -> {
                    running.computeIfAbsent(group(rs, asked), key -> new HashMap<>())
                            .put(
                                    new AppKey(rs.getString("bundle"), rs.getInt("user_id"), rs.getInt("instance")),
                                    new Running(rs.getLong("processes"), rs.getLong("devices")));
                    return Boolean.TRUE;
                })
                .list();
        return running;
    }

    private record Part(String sql, Map<String, Object> binds) {}

    private static Part seen(Scope scope, Selector selector, Asked asked) {
        Map<String, Object> binds = new HashMap<>();
        List<String> holds = new ArrayList<>();
        for (String expression : asked.expressions()) {
            SqlFragment fragment = Selector.parse(expression).where("d", "e" + holds.size() + "_");
            holds.add(fragment.sql());
            binds.putAll(fragment.binds());
        }
        SqlFragment allowed = scope.where("d");
        SqlFragment chosen = selector.where("d", "q_");
        binds.putAll(allowed.binds());
        binds.putAll(chosen.binds());
        binds.put("sites", asked.sites().toArray(String[]::new));
        binds.put("tags", asked.tags().toArray(String[]::new));
        binds.put("groups", asked.groups().toArray(String[]::new));
        binds.put("hardware", asked.hardware().toArray(String[]::new));
        binds.put("named", asked.named().toArray(String[]::new));
        binds.put("localTime", asked.localTime());
        binds.put("byVersion", asked.byVersion());
        return new Part("""
                with zone as materialized (select name, site_time_zone(name) as zone from site where :localTime),
                     tagged as materialized (select device, array_agg(tag order by tag) as tags
                                               from device_tag where tag = any(:tags) group by device),
                     grouped as materialized (select device, array_agg(name order by name) as memberships
                                                from device_group_member where name = any(:groups) group by device),
                     seen as (
                select d.id,
                       case when d.site = any(:sites) then d.site else '' end as site,
                       coalesce(t.tags, cast('{}' as text[])) as tags,
                       coalesce(g.memberships, cast('{}' as text[])) as memberships,
                       case when d.hardware = any(:hardware) then d.hardware else '' end as hardware,
                       coalesce(z.zone, '') as zone,
                       cast(array[%s] as boolean[]) as holds,
                       case when d.id = any(:named) then d.id else '' end as named,
                       coalesce(i.profile, '') as profile,
                       coalesce(i.platform, 'linux') as platform,
                       coalesce(i.privileged_helper, false) as helper,
                       coalesce(i.debug_build, false) as debug,
                       coalesce(i.levels, '') as levels,
                       case when :byVersion then coalesce(p.version, 0) else 0 end as version
                  from device d
                  left join tagged t on t.device = d.id
                  left join grouped g on g.device = d.id
                  left join zone z on z.name = d.site
                  left join device_inventory i on i.tenant = d.tenant and i.device = d.id
                  left join device_policy p on p.tenant = d.tenant and p.device = d.id
                 where d.status in ('active', 'suspended') and d.kind = 'managed'
                   and not exists (select 1 from ddi_device f where f.tenant = d.tenant and f.device = d.id)
                   and %s and %s)
                """.formatted(String.join(", ", holds), allowed.sql(), chosen.sql()), binds);
    }

    private static FleetGroup group(ResultSet rs, Asked asked) throws SQLException {
        Boolean[] holds = (Boolean[]) rs.getArray("holds").getArray();
        List<String> holding = new ArrayList<>();
        for (int i = 0; i < holds.length; i++) {
            if (Boolean.TRUE.equals(holds[i])) {
                holding.add(asked.expressions().get(i));
            }
        }
        return new FleetGroup(
                DeviceAttributes.of(
                        rs.getString("site"),
                        strings(rs.getArray("tags")),
                        rs.getString("hardware"),
                        strings(rs.getArray("memberships")),
                        rs.getString("zone"),
                        holding),
                rs.getString("named"),
                rs.getString("profile"),
                new PlatformTraits(
                        PlatformTraits.Platform.valueOf(rs.getString("platform").toUpperCase(Locale.ROOT)),
                        rs.getBoolean("helper"),
                        rs.getBoolean("debug")),
                rs.getString("levels"),
                rs.getLong("version"));
    }

    private static List<String> strings(Array array) throws SQLException {
        return Arrays.asList((String[]) array.getArray());
    }
}
