package dev.muster.control.explain;

import dev.muster.control.devices.DeviceWords;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.permissions.PermissionReport;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Rows of {@code device_permission_report}, {@code device_drift} and {@code drift_alert}. */
@Singleton
final class PermissionReportStore {
    void put(Handle handle, DeviceId device, PermissionReport report, Instant now) {
        handle.createUpdate("""
                        insert into device_permission_report
                            (device, received_at, policy_version, lease, lease_ends, report)
                        values (:device, :now, :version, :lease, :ends, cast(:report as jsonb))
                        on conflict (tenant, device) do update set
                            received_at = excluded.received_at, policy_version = excluded.policy_version,
                            lease = excluded.lease, lease_ends = excluded.lease_ends, report = excluded.report""")
                .bind("device", device)
                .bind("now", HistoryStore.utc(now))
                .bind("version", report.policyVersion())
                .bind("lease", report.lease())
                .bind("ends", report.leaseEnds().map(DeviceWords::within).map(HistoryStore::utc))
                .bind("report", new String(JsonObject.write(report.toMap()), StandardCharsets.UTF_8))
                .execute();
    }

    /** The device says nothing of the kind any more. */
    void remove(Handle handle, DeviceId device) {
        handle.createUpdate("delete from device_permission_report where device = :device")
                .bind("device", device)
                .execute();
    }

    Optional<PermissionReport> report(Handle handle, DeviceId device) {
        return handle.createQuery("select report from device_permission_report where device = :device")
                .bind("device", device)
                .map((rs, context) -> PermissionReport.from(
                        JsonObject.parse(rs.getString("report").getBytes(StandardCharsets.UTF_8))))
                .findOne();
    }

    void setLease(Handle handle, DeviceId device, String state) {
        handle.createUpdate("update device_permission_report set lease = :state where device = :device")
                .bind("device", device)
                .bind("state", state)
                .execute();
    }

    /** Makes the current drifts of a device exactly these. */
    void replaceDrifts(Handle handle, DeviceId device, List<PermissionReport.Drift> drifts) {
        handle.createUpdate("delete from device_drift where device = :device")
                .bind("device", device)
                .execute();
        PreparedBatch batch = handle.prepareBatch("""
                insert into device_drift (device, bundle, user_id, instance, permission, wanted, actual, level, since,
                                          repeats, backing_off)
                values (:device, :bundle, :user, :instance, :permission, :wanted, :actual, :level, :since, :repeats,
                        :backingOff)
                on conflict do nothing""");
        for (PermissionReport.Drift drift : drifts) {
            batch.bind("device", device)
                    .bind("bundle", drift.bundle())
                    .bind("user", drift.user())
                    .bind("instance", drift.instance())
                    .bind("permission", drift.permission())
                    .bind("wanted", drift.wanted())
                    .bind("actual", drift.actual())
                    .bind("level", drift.level())
                    .bind("since", HistoryStore.utc(DeviceWords.within(drift.since())))
                    .bind("repeats", drift.repeats())
                    .bind("backingOff", drift.backingOff())
                    .add();
        }
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    List<PermissionReport.Drift> drifts(Handle handle, DeviceId device) {
        return handle.createQuery(
                        "select * from device_drift where device = :device order by bundle, user_id, instance, permission")
                .bind("device", device)
                .map((rs, context) -> new PermissionReport.Drift(
                        rs.getString("bundle"),
                        rs.getInt("user_id"),
                        rs.getInt("instance"),
                        rs.getString("permission"),
                        rs.getBoolean("wanted"),
                        rs.getBoolean("actual"),
                        rs.getString("level"),
                        rs.getObject("since", OffsetDateTime.class).toInstant(),
                        rs.getLong("repeats"),
                        rs.getBoolean("backing_off")))
                .list();
    }

    /** Raises the alert; false if it is open already. */
    boolean raise(Handle handle, DeviceId device, PermissionReport.Drift drift, Instant now) {
        return handle.createUpdate("""
                        insert into drift_alert (device, bundle, user_id, instance, permission, wanted, level, repeats,
                                                 raised_at)
                        values (:device, :bundle, :user, :instance, :permission, :wanted, :level, :repeats, :now)
                        on conflict (tenant, device, bundle, user_id, instance, permission) where closed_at is null
                        do nothing""")
                        .bind("device", device)
                        .bind("bundle", drift.bundle())
                        .bind("user", drift.user())
                        .bind("instance", drift.instance())
                        .bind("permission", drift.permission())
                        .bind("wanted", drift.wanted())
                        .bind("level", drift.level())
                        .bind("repeats", drift.repeats())
                        .bind("now", HistoryStore.utc(now))
                        .execute()
                == 1;
    }

    /** Closes the alerts of the device whose drift is not current any more. */
    void closeGone(Handle handle, DeviceId device, Instant now) {
        handle.createUpdate("""
                        update drift_alert a set closed_at = :now
                         where a.device = :device and a.closed_at is null and not exists
                            (select 1 from device_drift d where d.tenant = a.tenant and d.device = a.device
                                and d.bundle = a.bundle and d.user_id = a.user_id and d.instance = a.instance
                                and d.permission = a.permission)""")
                .bind("device", device)
                .bind("now", HistoryStore.utc(now))
                .execute();
    }

    /** Forgets alerts that were closed before {@code before}. */
    void forget(Handle handle, Instant before) {
        handle.createUpdate("delete from drift_alert where closed_at < :before")
                .bind("before", HistoryStore.utc(before))
                .execute();
    }
}
