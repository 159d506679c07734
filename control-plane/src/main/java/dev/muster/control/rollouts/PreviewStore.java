package dev.muster.control.rollouts;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Reads what a preview has to know, in a fixed number of statements. */
@Singleton
final class PreviewStore {
    /**
     * What matters of one device.
     *
     * @param slots system slots it told of; -1 where it did not
     * @param kinds kinds of targets its agent told of, separated by commas; empty where it did not
     * @param platform of its agent; empty where it did not say
     * @param type the operators' word, else the agent's; empty for none
     * @param api API level of its system; 0 where it did not say
     */
    record Seen(
            DeviceId device,
            String hardware,
            int slots,
            String kinds,
            boolean online,
            String platform,
            String type,
            String udid,
            int api) {}

    List<Seen> seen(Handle handle, Collection<DeviceId> devices) {
        return handle.createQuery("""
                        select d.id, d.hardware, coalesce(cast(s.num as integer), -1) as slots,
                               coalesce(k.text, '') as kinds, coalesce(p.online, false) as online,
                               coalesce(f.text, '') as platform, coalesce(d.type, '') as type,
                               coalesce(d.udid, '') as udid,
                               coalesce(case when a.num between 1 and 9999 then cast(a.num as integer) end, 0) as api
                          from device d
                          left join device_fact s on s.tenant = d.tenant and s.device = d.id and s.key = 'slots'
                          left join device_fact k on k.tenant = d.tenant and k.device = d.id and k.key = 'agent.targets'
                          left join device_fact f on f.tenant = d.tenant and f.device = d.id and f.key = 'platform'
                          left join device_fact a on a.tenant = d.tenant and a.device = d.id and a.key = 'os.apiVersion'
                          left join device_presence p on p.tenant = d.tenant and p.device = d.id
                         where d.id = any(:ids) order by d.id""")
                .bind("ids", ids(devices))
                .map((rs, context) -> new Seen(
                        new DeviceId(rs.getString("id")),
                        rs.getString("hardware"),
                        rs.getInt("slots"),
                        rs.getString("kinds"),
                        rs.getBoolean("online"),
                        rs.getString("platform"),
                        rs.getString("type"),
                        rs.getString("udid"),
                        rs.getInt("api")))
                .list();
    }

    /**
     * What a device is to hold under a name.
     *
     * @param sha256 empty where it is to hold nothing
     */
    record Wanted(String sha256, long releaseCounter) {}

    /** What devices are to hold now under the names. */
    Map<DeviceId, Map<TargetName, Wanted>> wanted(
            Handle handle, Collection<DeviceId> devices, Collection<TargetName> names) {
        Map<DeviceId, Map<TargetName, Wanted>> wanted = new HashMap<>();
        handle.createQuery("select device, name, sha256, release_counter from desired_target "
                        + "where device = any(:ids) and name = any(:names)")
                .bind("ids", ids(devices))
                .bind("names", names(names))
                .map((rs, context) -> {
                    wanted.computeIfAbsent(new DeviceId(rs.getString("device")), key -> new HashMap<>())
                            .put(
                                    TargetName.parse(rs.getString("name")),
                                    new Wanted(rs.getString("sha256"), rs.getLong("release_counter")));
                    return Boolean.TRUE;
                })
                .list();
        return wanted;
    }

    /** Selected devices in scope that are not active, by status. */
    Map<String, Long> inactive(Handle handle, Scope scope, Selector selector) {
        SqlFragment allowed = scope.where("d");
        SqlFragment asked = selector.where("d", "q_");
        Map<String, Long> found = new HashMap<>();
        handle.createQuery("select d.status, count(*) as devices from device d where d.status <> 'active' and "
                        + allowed.sql() + " and " + asked.sql() + " group by d.status")
                .bindMap(allowed.binds())
                .bindMap(asked.binds())
                .map((rs, context) -> found.put(rs.getString("status"), rs.getLong("devices")))
                .list();
        return found;
    }

    /** An open rollout from which targets would be taken, and on how many devices. */
    record Taken(UUID rollout, String name, long devices) {}

    List<Taken> taken(Handle handle, Collection<DeviceId> devices, Collection<TargetName> names) {
        return handle.createQuery("""
                        select r.id, r.name, count(*) as devices
                          from rollout_device rd join rollout r on r.tenant = rd.tenant and r.id = rd.rollout
                         where rd.device = any(:ids) and rd.state in ('started', 'accepted', 'unreached')
                           and rd.targets && cast(:names as text[]) and r.state in ('running', 'paused', 'completed')
                         group by r.id, r.name order by devices desc, r.id limit 20""")
                .bind("ids", ids(devices))
                .bind("names", names(names))
                .map((rs, context) ->
                        new Taken(rs.getObject("id", UUID.class), rs.getString("name"), rs.getLong("devices")))
                .list();
    }

    private static String[] ids(Collection<DeviceId> devices) {
        return devices.stream().map(DeviceId::value).toArray(String[]::new);
    }

    private static String[] names(Collection<TargetName> names) {
        return names.stream().map(TargetName::text).toArray(String[]::new);
    }
}
