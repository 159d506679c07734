package dev.muster.control.reported;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.reported.ReportedState;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code reported_state} and {@code device_manifest}. */
@Singleton
final class ReportedStore {
    /** {@code traces} of those that answer a change that is traced; a generation keeps the trace that was named with it. */
    void putReports(Handle handle, Map<DeviceId, ReportedState> reports, Map<DeviceId, String> traces, Instant now) {
        handle.createUpdate("""
                        insert into reported_state as known (device, generation, at, targets, trace)
                        select r.device, r.generation, :now, cast(r.targets as jsonb), nullif(r.trace, '')
                          from unnest(:devices, :generations, :targets, :traces)
                               as r (device, generation, targets, trace)
                         order by 1
                        on conflict (tenant, device) do update
                           set generation = excluded.generation, at = excluded.at, targets = excluded.targets,
                               trace = coalesce(excluded.trace,
                                                case when known.generation = excluded.generation then known.trace end)""")
                .bind("devices", reports.keySet().stream().map(DeviceId::value).toArray(String[]::new))
                .bind(
                        "generations",
                        reports.values().stream().map(ReportedState::generation).toArray(Long[]::new))
                .bind(
                        "targets",
                        reports.values().stream().map(ReportedStore::targets).toArray(String[]::new))
                .bind(
                        "traces",
                        reports.keySet().stream()
                                .map(device -> traces.getOrDefault(device, ""))
                                .toArray(String[]::new))
                .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                .execute();
    }

    /** The id of the trace that the last report answers. */
    Optional<String> trace(Handle handle, DeviceId device) {
        return handle.createQuery("select trace from reported_state where device = :device and trace is not null")
                .bind("device", device)
                .mapTo(String.class)
                .findOne();
    }

    /** Facts are rows of the device; here they would be a second truth. */
    private static String targets(ReportedState state) {
        return new String(
                new ReportedState(state.generation(), Map.of(), state.targets()).toJson(), StandardCharsets.UTF_8);
    }

    Optional<StoredReport> report(Handle handle, DeviceId device) {
        return Optional.ofNullable(reports(handle, List.of(device)).get(device));
    }

    Map<DeviceId, StoredReport> reports(Handle handle, Collection<DeviceId> ids) {
        Map<DeviceId, StoredReport> reports = new HashMap<>();
        handle.createQuery("select device, generation, at, targets from reported_state where device = any(:ids)")
                .bind("ids", ids.stream().map(DeviceId::value).toArray(String[]::new))
                .map((rs, context) -> Map.entry(
                        new DeviceId(rs.getString("device")),
                        new StoredReport(
                                rs.getLong("generation"),
                                rs.getObject("at", OffsetDateTime.class).toInstant(),
                                ReportedState.fromJson(rs.getString("targets").getBytes(StandardCharsets.UTF_8))
                                        .targets())))
                .forEach(row -> reports.put(row.getKey(), row.getValue()));
        return reports;
    }

    void putManifest(Handle handle, VersionManifest manifest, Instant now) {
        handle.createUpdate("""
                        insert into device_manifest (device, at, received_at, generation, manifest)
                        values (:device, :at, :now, :generation, cast(:json as jsonb))
                        on conflict (tenant, device) do update
                           set at = excluded.at, received_at = excluded.received_at, generation = excluded.generation,
                               manifest = excluded.manifest""")
                .bind("device", manifest.device().device())
                .bind("at", OffsetDateTime.ofInstant(manifest.at(), ZoneOffset.UTC))
                .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                .bind("generation", manifest.generation())
                .bind("json", new String(manifest.toJson(), StandardCharsets.UTF_8))
                .execute();
    }

    Optional<VersionManifest> manifest(Handle handle, DeviceId device) {
        return handle.createQuery("select manifest from device_manifest where device = :device")
                .bind("device", device)
                .map((rs, context) ->
                        VersionManifest.fromJson(rs.getString("manifest").getBytes(StandardCharsets.UTF_8)))
                .findOne();
    }
}
