package dev.muster.control.reported;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.reported.ReportedState;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code reported_state} and {@code device_manifest}. */
@Singleton
final class ReportedStore {
    void putReport(Handle handle, DeviceId device, ReportedState state, Instant now) {
        // Facts are rows of the device; here they would be a second truth.
        byte[] json = new ReportedState(state.generation(), Map.of(), state.targets()).toJson();
        handle.createUpdate("""
                        insert into reported_state (device, generation, at, targets)
                        values (:device, :generation, :now, cast(:json as jsonb))
                        on conflict (tenant, device) do update
                           set generation = excluded.generation, at = excluded.at, targets = excluded.targets""")
                .bind("device", device)
                .bind("generation", state.generation())
                .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                .bind("json", new String(json, StandardCharsets.UTF_8))
                .execute();
    }

    Optional<StoredReport> report(Handle handle, DeviceId device) {
        return handle.createQuery("select generation, at, targets from reported_state where device = :device")
                .bind("device", device)
                .map((rs, context) -> new StoredReport(
                        rs.getLong("generation"),
                        rs.getObject("at", OffsetDateTime.class).toInstant(),
                        ReportedState.fromJson(rs.getString("targets").getBytes(StandardCharsets.UTF_8))
                                .targets()))
                .findOne();
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
