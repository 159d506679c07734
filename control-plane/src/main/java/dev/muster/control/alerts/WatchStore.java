package dev.muster.control.alerts;

import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.alert.WatchedDevice;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Rows of {@code alert_watched}. What changes a row raises its revision and answers it, to be told to streams. */
@Singleton
final class WatchStore {
    /** A device and the rules that watch it from now on. */
    record Changed(DeviceId device, WatchedDevice watched) {}

    /** Lets a rule watch every device it selects; the one full evaluation, with {@link #leave}. */
    List<Changed> enter(Handle handle, String rule, Selector selector) {
        SqlFragment holds = selector.where("d", "r_");
        return handle.createQuery("insert into alert_watched as w (device, rules, revision)"
                        + " select d.id, array[:rule], 1 from device d where d.status <> 'retired' and " + holds.sql()
                        + " order by d.id on conflict (tenant, device) do update"
                        + " set rules = array_append(w.rules, :rule), revision = w.revision + 1"
                        + " where not (:rule = any(w.rules)) returning device, rules, revision")
                .bind("rule", rule)
                .bindMap(holds.binds())
                .map((rs, context) -> read(rs))
                .list();
    }

    /** Ends it for the devices that the rule does not select. */
    List<Changed> leave(Handle handle, String rule, Selector selector) {
        SqlFragment holds = selector.where("d", "r_");
        return handle.createQuery("update alert_watched w set rules = array_remove(w.rules, :rule),"
                        + " revision = w.revision + 1 where :rule = any(w.rules) and not exists (select 1 from device d"
                        + " where d.tenant = w.tenant and d.id = w.device and d.status <> 'retired' and "
                        + holds.sql() + ") returning device, rules, revision")
                .bind("rule", rule)
                .bindMap(holds.binds())
                .map((rs, context) -> read(rs))
                .list();
    }

    /** Ends it for all. */
    List<Changed> leaveAll(Handle handle, String rule) {
        return handle.createQuery("update alert_watched w set rules = array_remove(w.rules, :rule),"
                        + " revision = w.revision + 1 where :rule = any(w.rules) returning device, rules, revision")
                .bind("rule", rule)
                .map((rs, context) -> read(rs))
                .list();
    }

    /** Those of the rules that select the device, in one statement; a retired device none does. */
    List<String> selecting(Handle handle, DeviceId device, Map<String, Selector> rules) {
        Map<String, Object> binds = new HashMap<>();
        String any = rules.entrySet().stream()
                .map(entry -> {
                    int n = binds.size();
                    SqlFragment holds = entry.getValue().where("d", "r" + n + "_");
                    binds.putAll(holds.binds());
                    binds.put("name" + n, entry.getKey());
                    return "select cast(:name" + n + " as text) as name from one d where " + holds.sql();
                })
                .collect(Collectors.joining(" union all "));
        // The device is read once, however many rules ask; its rows lie together in every index.
        handle.execute("set local enable_seqscan = off");
        List<String> selecting = handle.createQuery(
                        "with one as materialized (select * from device where id = :device and status <> 'retired') "
                                + any)
                .bind("device", device)
                .bindMap(binds)
                .mapTo(String.class)
                .list();
        handle.execute("set local enable_seqscan = on");
        return selecting;
    }

    /** The rules of a device, nobody else changes them until the transaction ends. */
    List<String> lock(Handle handle, DeviceId device) {
        return handle.createQuery("select rules from alert_watched where device = :device for update")
                .bind("device", device)
                .map((rs, context) -> rules(rs))
                .findOne()
                .orElse(List.of());
    }

    Changed put(Handle handle, DeviceId device, Collection<String> rules) {
        return handle.createQuery("""
                        insert into alert_watched as w (device, rules, revision) values (:device, :rules, 1)
                        on conflict (tenant, device) do update set rules = excluded.rules, revision = w.revision + 1
                        returning device, rules, revision""")
                .bind("device", device)
                .bind("rules", rules.toArray(String[]::new))
                .map((rs, context) -> read(rs))
                .one();
    }

    /** Every device that is watched, each with a higher revision than it was told with. */
    List<Changed> all(Handle handle) {
        return handle.createQuery("update alert_watched set revision = revision + 1 returning device, rules, revision")
                .map((rs, context) -> read(rs))
                .list();
    }

    /** Rows of any devices, at most {@code most}; answers whose. */
    List<DeviceId> deleteSome(Handle handle, int most) {
        return handle.createQuery("delete from alert_watched where device in"
                        + " (select device from alert_watched order by device limit :most) returning device")
                .bind("most", most)
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list();
    }

    private static Changed read(ResultSet rs) throws SQLException {
        return new Changed(new DeviceId(rs.getString("device")), new WatchedDevice(rs.getLong("revision"), rules(rs)));
    }

    private static List<String> rules(ResultSet rs) throws SQLException {
        return List.of((String[]) rs.getArray("rules").getArray());
    }
}
