package dev.muster.control.permissions;

import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/**
 * What devices are to hold: rows of {@code policy_bundle}, {@code device_policy}, {@code device_shadow} and the queue
 * {@code policy_due}.
 */
@Singleton
final class HeldStore {
    /** The bytes that a version is for a profile, if they were compiled already. */
    Optional<String> bundle(Handle handle, Held held) {
        return handle.createQuery("select sha256 from policy_bundle "
                        + "where version = :version and profile = :profile and overlay = :overlay")
                .bind("version", held.version())
                .bind("profile", held.profile())
                .bind("overlay", held.overlay())
                .mapTo(String.class)
                .findOne();
    }

    /** The urgent changes that lie on top of the version in these bytes; empty text for none. */
    Optional<String> overlay(Handle handle, long version, String sha256) {
        return handle.createQuery("select overlay from policy_bundle "
                        + "where version = :version and sha256 = :sha256 order by overlay limit 1")
                .bind("version", version)
                .bind("sha256", sha256)
                .mapTo(String.class)
                .findOne();
    }

    void putBundle(Handle handle, Held held, String sha256) {
        handle.createUpdate("insert into policy_bundle (version, profile, overlay, sha256) "
                        + "values (:version, :profile, :overlay, :sha256) on conflict do nothing")
                .bind("version", held.version())
                .bind("profile", held.profile())
                .bind("overlay", held.overlay())
                .bind("sha256", sha256)
                .execute();
    }

    /**
     * What a device is to hold.
     *
     * @param overlay digest of the urgent changes that change this version, empty for none
     */
    record Held(long version, String profile, String overlay) {}

    Optional<Held> held(Handle handle, DeviceId device) {
        return handle.createQuery("select version, profile, overlay from device_policy where device = :device")
                .bind("device", device)
                .map((rs, context) -> new Held(rs.getLong("version"), rs.getString("profile"), rs.getString("overlay")))
                .findOne();
    }

    void hold(Handle handle, DeviceId device, Held held) {
        handle.createUpdate("""
                        insert into device_policy (device, version, profile, overlay)
                        values (:device, :version, :profile, :overlay)
                        on conflict (tenant, device) do update
                           set version = excluded.version, profile = excluded.profile, overlay = excluded.overlay""")
                .bind("device", device)
                .bind("version", held.version())
                .bind("profile", held.profile())
                .bind("overlay", held.overlay())
                .execute();
    }

    /** Every version that a device is to hold. */
    List<Long> versionsHeld(Handle handle) {
        return handle.createQuery("select distinct version from device_policy order by version")
                .mapTo(Long.class)
                .list();
    }

    /** Whether the query selects the device. */
    boolean selects(Handle handle, Selector query, DeviceId device) {
        SqlFragment asked = query.where("d", "q_");
        return handle.createQuery("select exists (select 1 from device d where d.id = :device and " + asked.sql() + ")")
                .bind("device", device)
                .bindMap(asked.binds())
                .mapTo(Boolean.class)
                .one();
    }

    /** The shadow version that the device is to watch. */
    OptionalLong shadow(Handle handle, DeviceId device) {
        return handle.createQuery("select version from device_shadow where device = :device")
                .bind("device", device)
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** The shadow version that is watched on some device. */
    OptionalLong shadow(Handle handle) {
        return handle.createQuery("select max(version) from device_shadow")
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** The devices, and no others, are to watch the version. Those that watched one before are due. */
    void watch(Handle handle, long version, Collection<DeviceId> devices, Instant now) {
        endShadow(handle, now);
        String[] ids = devices.stream().map(DeviceId::value).toArray(String[]::new);
        handle.createUpdate("insert into device_shadow (device, version) select unnest(:devices), :version")
                .bind("devices", ids)
                .bind("version", version)
                .execute();
        due(handle, devices, now);
    }

    /** No device is to watch anything; how many did. */
    int endShadow(Handle handle, Instant now) {
        return handle.createUpdate("""
                        with ended as (delete from device_shadow returning device)
                        insert into policy_due (device, since) select device, :now from ended
                        on conflict (tenant, device) do update set since = least(policy_due.since, excluded.since)""").bind("now", utc(now)).execute();
    }

    /** These devices are to be looked at soon. */
    void due(Handle handle, Collection<DeviceId> devices, Instant now) {
        handle.createUpdate("""
                        insert into policy_due (device, since) select d.id, :now from device d where d.id = any(:devices) and d.kind = 'managed'
                        on conflict (tenant, device) do update set since = least(policy_due.since, excluded.since)""")
                .bind("devices", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .bind("now", utc(now))
                .execute();
    }

    /** Every device is to be looked at soon: one that gets its first policy at this very moment too. */
    void allDue(Handle handle, Instant now) {
        handle.createUpdate("""
                        insert into policy_due (device, since) select id, :now from device where status <> 'retired' and kind = 'managed'
                        on conflict (tenant, device) do update set since = least(policy_due.since, excluded.since)""").bind("now", utc(now)).execute();
    }

    /** The devices at these sites that hold a policy are to be looked at soon. */
    void sitesDue(Handle handle, List<String> sites, Instant now) {
        handle.createUpdate("""
                        insert into policy_due (device, since)
                        select d.id, :now from device d
                          join device_policy p on p.tenant = d.tenant and p.device = d.id
                         where d.site = any(:sites)
                        on conflict (tenant, device) do update set since = least(policy_due.since, excluded.since)""")
                .bind("sites", sites.toArray(String[]::new))
                .bind("now", utc(now))
                .execute();
    }

    /** The device is to be looked at soon, if it holds a policy: it came to a group or left one. */
    void groupsDue(Handle handle, DeviceId device, Instant now) {
        handle.createUpdate("""
                        insert into policy_due (device, since) select p.device, :now from device_policy p where p.device = :device
                        on conflict (tenant, device) do update set since = least(policy_due.since, excluded.since)""").bind("device", device).bind("now", utc(now)).execute();
    }

    /** Devices whose time has come, the longest due first. */
    List<DeviceId> due(Handle handle, Instant now, int limit) {
        return handle.createQuery(
                        "select device from policy_due where since <= :now order by since, device limit :limit")
                .bind("now", utc(now))
                .bind("limit", limit)
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list();
    }

    /** The device is being looked at. Called right after its row was locked and before anything is read: what becomes due after
     * that stays due. */
    void done(Handle handle, DeviceId device) {
        handle.createUpdate("delete from policy_due where device = :device")
                .bind("device", device)
                .execute();
    }

    /** One that failed comes back later, so that it does not stand before the others. */
    void later(Handle handle, DeviceId device, Instant now, Duration by) {
        handle.createUpdate("update policy_due set since = :then where device = :device")
                .bind("device", device)
                .bind("then", utc(now.plus(by)))
                .execute();
    }

    /** How many devices are still to be looked at. */
    long due(Handle handle) {
        return handle.createQuery("select count(*) from policy_due")
                .mapTo(Long.class)
                .one();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
