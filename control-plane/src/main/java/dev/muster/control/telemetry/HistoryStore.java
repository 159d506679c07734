package dev.muster.control.telemetry;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.telemetry.streams.DriftRecord;
import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/** Rows of {@code presence_history} and {@code drift_history}. */
@Singleton
final class HistoryStore {
    /** The last word before a time, and all that followed. */
    private static final String FROM = """
             from %1$s h
             where h.device = any(:devices) and h.at < :end
               and h.id >= coalesce(
                     (select b.id from %1$s b where b.device = h.device and b.at <= :start order by b.id desc limit 1), 0)
             order by h.device, h.id""";

    private static final String PRESENCE = "select h.device, h.at, h.epoch, h.online, h.reason\n";
    private static final String DRIFT = "select h.device, h.at, h.targets, h.permissions\n";

    /** Since when the transaction's tenant has a history. */
    Instant since(Handle handle) {
        return handle.createQuery("select history_since from tenant where tenant = current_tenant()")
                .mapTo(OffsetDateTime.class)
                .one()
                .toInstant();
    }

    /** The last word on each of some devices. */
    Map<DeviceId, DeviceHistory.Presence> lastPresence(Handle handle, Collection<DeviceId> devices) {
        Map<DeviceId, DeviceHistory.Presence> last = new HashMap<>();
        handle.createQuery("select distinct on (h.device) h.device, h.at, h.epoch, h.online, h.reason"
                        + " from presence_history h where h.device = any(:devices) order by h.device, h.id desc")
                .bind("devices", texts(devices))
                .map((rs, context) -> Map.entry(new DeviceId(rs.getString("device")), presence(rs)))
                .forEach(entry -> last.put(entry.getKey(), entry.getValue()));
        return last;
    }

    /** The same of drift; devices of which nothing was ever said are left out. */
    Map<DeviceId, DriftRecord> lastDrift(Handle handle, Collection<DeviceId> devices) {
        Map<DeviceId, DriftRecord> last = new HashMap<>();
        handle.createQuery("select distinct on (h.device) h.device, h.at, h.targets, h.permissions"
                        + " from drift_history h where h.device = any(:devices) order by h.device, h.id desc")
                .bind("devices", texts(devices))
                .map((rs, context) -> Map.entry(
                        new DeviceId(rs.getString("device")), drift(rs).known()))
                .forEach(entry -> last.put(entry.getKey(), entry.getValue()));
        return last;
    }

    /** Of devices that are not there nothing is kept. */
    void append(Handle handle, DeviceId device, DeviceHistory step) {
        switch (step) {
            case DeviceHistory.Presence presence ->
                handle.createUpdate("insert into presence_history (device, at, epoch, online, reason)"
                                + " select d.id, :at, :epoch, :online, :reason from device d where d.id = :device")
                        .bind("device", device)
                        .bind("at", utc(presence.at()))
                        .bind("epoch", presence.epoch())
                        .bind("online", presence.online())
                        .bind("reason", presence.reason())
                        .execute();
            case DeviceHistory.Drift drift ->
                handle.createUpdate("insert into drift_history (device, at, targets, permissions)"
                                + " select d.id, :at, :targets, :permissions from device d where d.id = :device")
                        .bind("device", device)
                        .bind("at", utc(drift.at()))
                        .bind("targets", drift.known().targets().toArray(String[]::new))
                        .bind("permissions", drift.known().permissions().toArray(String[]::new))
                        .execute();
        }
    }

    /** Tells presence of some devices: the last word at {@code start}, and what followed before {@code end}. */
    void presence(
            Handle handle,
            List<DeviceId> devices,
            Instant start,
            Instant end,
            BiConsumer<String, DeviceHistory.Presence> each) {
        handle.createQuery(PRESENCE + FROM.formatted("presence_history"))
                .bind("devices", texts(devices))
                .bind("start", utc(start))
                .bind("end", utc(end))
                .map((rs, context) -> Map.entry(rs.getString("device"), presence(rs)))
                .forEach(entry -> each.accept(entry.getKey(), entry.getValue()));
    }

    /** The same of drift. */
    void drift(
            Handle handle,
            List<DeviceId> devices,
            Instant start,
            Instant end,
            BiConsumer<String, DeviceHistory.Drift> each) {
        handle.createQuery(DRIFT + FROM.formatted("drift_history"))
                .bind("devices", texts(devices))
                .bind("start", utc(start))
                .bind("end", utc(end))
                .map((rs, context) -> Map.entry(rs.getString("device"), drift(rs)))
                .forEach(entry -> each.accept(entry.getKey(), entry.getValue()));
    }

    /** Forgets what is older, but for the last word on each device. */
    void forget(Handle handle, Instant before) {
        for (String table : List.of("presence_history", "drift_history")) {
            handle.createUpdate("delete from " + table + " h where h.at < :before and exists (select 1 from " + table
                            + " n where n.device = h.device and n.id > h.id and n.at < :before)")
                    .bind("before", utc(before))
                    .execute();
        }
    }

    private static DeviceHistory.Presence presence(ResultSet rs) throws SQLException {
        return new DeviceHistory.Presence(at(rs), rs.getLong("epoch"), rs.getBoolean("online"), rs.getString("reason"));
    }

    private static DeviceHistory.Drift drift(ResultSet rs) throws SQLException {
        return new DeviceHistory.Drift(
                at(rs), new DriftRecord(list(rs.getArray("targets")), list(rs.getArray("permissions"))));
    }

    private static Instant at(ResultSet rs) throws SQLException {
        return rs.getObject("at", OffsetDateTime.class).toInstant();
    }

    private static List<String> list(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    private static String[] texts(Collection<DeviceId> devices) {
        return devices.stream().map(DeviceId::value).toArray(String[]::new);
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
