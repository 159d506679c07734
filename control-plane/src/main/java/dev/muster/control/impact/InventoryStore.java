package dev.muster.control.impact;

import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.permissions.PermissionReport;
import dev.muster.trust.metadata.Hashes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Rows of {@code policy_profile}, {@code device_inventory} and {@code device_app_processes}. */
@Singleton
final class InventoryStore {
    void put(Handle handle, DeviceId device, AppSet apps, PlatformTraits traits, List<PermissionReport.Level> probed) {
        String levels = putLevels(handle, probed);
        String digest = apps.digest();
        handle.createUpdate("insert into policy_profile (digest, apps) values (:digest, cast(:apps as jsonb)) "
                        + "on conflict do nothing")
                .bind("digest", digest)
                .bind("apps", apps.toJson())
                .execute();
        handle.createUpdate("""
                        insert into device_inventory
                            (device, profile, platform, privileged_helper, debug_build, levels)
                        values (:device, :profile, :platform, :helper, :debug, :levels)
                        on conflict (tenant, device) do update
                           set profile = excluded.profile, platform = excluded.platform,
                               privileged_helper = excluded.privileged_helper, debug_build = excluded.debug_build,
                               levels = excluded.levels
                         where (device_inventory.profile, device_inventory.platform,
                                device_inventory.privileged_helper, device_inventory.debug_build,
                                device_inventory.levels)
                               is distinct from
                               (excluded.profile, excluded.platform, excluded.privileged_helper, excluded.debug_build,
                                excluded.levels)""")
                .bind("levels", levels)
                .bind("device", device)
                .bind("profile", digest)
                .bind("platform", traits.platform().name().toLowerCase(Locale.ROOT))
                .bind("helper", traits.privilegedHelper())
                .bind("debug", traits.debugBuild())
                .execute();
    }

    /** Equal levels, and only they, have equal digests; empty for none. */
    private static String putLevels(Handle handle, List<PermissionReport.Level> probed) {
        if (probed.isEmpty()) {
            return "";
        }
        byte[] json = JsonObject.write(Map.of(
                "levels",
                probed.stream()
                        .distinct()
                        .sorted(Comparator.comparing(PermissionReport.Level::toString))
                        .map(PermissionReport.Level::toMap)
                        .toList()));
        String digest = Hashes.sha256(json);
        handle.createUpdate("insert into policy_levels (digest, levels) values (:digest, cast(:levels as jsonb)) "
                        + "on conflict do nothing")
                .bind("digest", digest)
                .bind("levels", new String(json, StandardCharsets.UTF_8))
                .execute();
        return digest;
    }

    /** The levels behind digests. */
    Map<String, List<PermissionReport.Level>> levels(Handle handle, Collection<String> digests) {
        Map<String, List<PermissionReport.Level>> found = new HashMap<>();
        handle.createQuery("select digest, levels from policy_levels where digest = any(:digests)")
                .bind("digests", digests.toArray(String[]::new))
                .map((rs, context) -> Map.entry(
                        rs.getString("digest"),
                        JsonObject.parse(rs.getString("levels").getBytes(StandardCharsets.UTF_8))
                                .objects("levels", PermissionReport.Level::from)))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    void putProcesses(Handle handle, DeviceId device, Map<AppKey, Integer> processes) {
        Map<AppKey, Integer> known = new HashMap<>();
        handle.createQuery(
                        "select bundle, user_id, instance, processes from device_app_processes where device = :device")
                .bind("device", device)
                .map((rs, context) -> Map.entry(
                        new AppKey(rs.getString("bundle"), rs.getInt("user_id"), rs.getInt("instance")),
                        rs.getInt("processes")))
                .forEach(entry -> known.put(entry.getKey(), entry.getValue()));
        if (known.equals(processes)) {
            return;
        }
        handle.createUpdate("delete from device_app_processes where device = :device")
                .bind("device", device)
                .execute();
        var batch =
                handle.prepareBatch("insert into device_app_processes (device, bundle, user_id, instance, processes) "
                        + "values (:device, :bundle, :user, :instance, :processes)");
        processes.forEach((app, count) -> batch.bind("device", device)
                .bind("bundle", app.bundle())
                .bind("user", app.user())
                .bind("instance", app.instance())
                .bind("processes", count)
                .add());
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    /** What the device calls its platform; empty if it does not. */
    String platformFact(Handle handle, DeviceId device) {
        return handle.createQuery("select text from device_fact where device = :device and key = 'platform'")
                .bind("device", device)
                .mapTo(String.class)
                .findOne()
                .orElse("");
    }

    /** Manifests that came before there was a row for them. */
    List<VersionManifest> missing(Handle handle, int limit) {
        return handle.createQuery("""
                        select m.manifest from device_manifest m
                         where not exists (select 1 from device_inventory i
                                            where i.tenant = m.tenant and i.device = m.device
                                              and i.levels is not null)
                         order by m.device limit :limit""")
                .bind("limit", limit)
                .map((rs, context) ->
                        VersionManifest.fromJson(rs.getString("manifest").getBytes(StandardCharsets.UTF_8)))
                .list();
    }

    /** The sets of apps behind digests. */
    Map<String, AppSet> apps(Handle handle, Collection<String> digests) {
        Map<String, AppSet> found = new HashMap<>();
        handle.createQuery("select digest, apps from policy_profile where digest = any(:digests)")
                .bind("digests", digests.toArray(String[]::new))
                .map((rs, context) -> Map.entry(rs.getString("digest"), AppSet.fromJson(rs.getString("apps"))))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }
}
