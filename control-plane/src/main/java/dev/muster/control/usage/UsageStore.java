package dev.muster.control.usage;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.permissions.PermissionEvent;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code permission_usage}, {@code usage_coverage} and {@code device_app}. */
@Singleton
final class UsageStore {
    /** Adds one interval. The event that brought it is stored once, so this is too. */
    void add(Handle handle, DeviceId device, PermissionEvent.Usage usage, Instant first, Instant last) {
        handle.createUpdate("""
                        insert into permission_usage as u
                            (device, bundle, user_id, instance, permission, granted, denied, first_at, last_at,
                             last_granted_at)
                        select id, :bundle, :user, :instance, :permission, :granted, :denied, :first, :last,
                               case when :granted > 0 then cast(:last as timestamptz) end
                          from device where id = :device
                        on conflict (tenant, device, bundle, user_id, instance, permission) do update set
                            granted = u.granted + excluded.granted, denied = u.denied + excluded.denied,
                            first_at = least(u.first_at, excluded.first_at),
                            last_at = greatest(u.last_at, excluded.last_at),
                            last_granted_at = greatest(u.last_granted_at, excluded.last_granted_at)""")
                .bind("device", device)
                .bind("bundle", usage.app().bundle())
                .bind("user", usage.app().user())
                .bind("instance", usage.app().instance())
                .bind("permission", usage.permission())
                .bind("granted", usage.granted())
                .bind("denied", usage.denied())
                .bind("first", utc(first))
                .bind("last", utc(last))
                .execute();
    }

    /** Notes the day as one on which the devices were heard; the write happens once a day. */
    void heard(Handle handle, Collection<DeviceId> devices, int day) {
        handle.createUpdate("""
                        insert into usage_coverage as c (device, newest_day, days)
                        select id, :day, 1 from device where id = any(:devices) order by id
                        on conflict (tenant, device) do update set
                            days = case when :day - c.newest_day > 63 then 1
                                        else (c.days << (:day - c.newest_day)) | 1 end,
                            newest_day = :day
                         where c.newest_day < :day""")
                .bind("devices", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .bind("day", day)
                .execute();
    }

    /** Notes that the device had to drop counts. */
    void dropped(Handle handle, DeviceId device, long count, Instant at, int day) {
        heard(handle, List.of(device), day);
        handle.createUpdate("update usage_coverage set dropped = dropped + :count, "
                        + "dropped_at = greatest(dropped_at, :at) where device = :device")
                .bind("device", device)
                .bind("count", count)
                .bind("at", utc(at))
                .execute();
    }

    /** One installation. */
    record Installed(String bundle, int user, int instance) {}

    /** Makes the apps of a device exactly these; what stays keeps its beginning. */
    void installed(Handle handle, DeviceId device, List<Installed> apps, Instant now) {
        String[] bundles = apps.stream().map(Installed::bundle).toArray(String[]::new);
        Integer[] users = apps.stream().map(Installed::user).toArray(Integer[]::new);
        Integer[] instances = apps.stream().map(Installed::instance).toArray(Integer[]::new);
        handle.createUpdate("""
                        delete from device_app a where a.device = :device and not exists
                            (select 1 from unnest(:bundles, :users, :instances) n (bundle, user_id, instance)
                              where n.bundle = a.bundle and n.user_id = a.user_id and n.instance = a.instance)""")
                .bind("device", device)
                .bind("bundles", bundles)
                .bind("users", users)
                .bind("instances", instances)
                .execute();
        handle.createUpdate("""
                        insert into device_app (device, bundle, user_id, instance, since)
                        select :device, n.bundle, n.user_id, n.instance, :now
                          from unnest(:bundles, :users, :instances) n (bundle, user_id, instance)
                        on conflict do nothing""")
                .bind("device", device)
                .bind("bundles", bundles)
                .bind("users", users)
                .bind("instances", instances)
                .bind("now", utc(now))
                .execute();
    }

    /** What a list is narrowed by; empty parts do not narrow. */
    record Asked(Optional<String> device, Optional<String> bundle, Optional<String> permission) {}

    /** Counts of devices in scope, after {@code after}, in the order of device, app and permission. */
    List<UsageRow> list(Handle handle, Scope scope, Asked asked, List<String> after, int limit) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select u.* from permission_usage u join device d "
                        + "on d.tenant = u.tenant and d.id = u.device where " + allowed.sql()
                        + " and (u.device, u.bundle, u.user_id, u.instance, u.permission) > "
                        + "(:d, :b, cast(:u as integer), cast(:i as integer), :p)"
                        + (asked.device().isPresent() ? " and u.device = :device" : "")
                        + (asked.bundle().isPresent() ? " and u.bundle = :bundle" : "")
                        + (asked.permission().isPresent() ? " and u.permission = :permission" : "")
                        + " order by u.device, u.bundle, u.user_id, u.instance, u.permission limit :limit")
                .bindMap(allowed.binds())
                .bind("d", after.get(0))
                .bind("b", after.get(1))
                .bind("u", after.get(2))
                .bind("i", after.get(3))
                .bind("p", after.get(4))
                .bind("device", asked.device().orElse(""))
                .bind("bundle", asked.bundle().orElse(""))
                .bind("permission", asked.permission().orElse(""))
                .bind("limit", limit)
                .configure(org.jdbi.v3.core.statement.SqlStatements.class, it -> it.setUnusedBindingAllowed(true))
                .map((rs, context) -> row(rs))
                .list();
    }

    /** All counts of one device, whose scope the caller has checked. */
    List<UsageRow> of(Handle handle, DeviceId device) {
        return handle.createQuery("select * from permission_usage where device = :device")
                .bind("device", device)
                .map((rs, context) -> row(rs))
                .list();
    }

    /** Forgets what was last asked for before {@code before}. */
    void forget(Handle handle, Instant before) {
        handle.createUpdate("delete from permission_usage where last_at < :before")
                .bind("before", utc(before))
                .execute();
    }

    private static UsageRow row(ResultSet rs) throws SQLException {
        OffsetDateTime granted = rs.getObject("last_granted_at", OffsetDateTime.class);
        return new UsageRow(
                rs.getString("device"),
                rs.getString("bundle"),
                rs.getInt("user_id"),
                rs.getInt("instance"),
                rs.getString("permission"),
                rs.getLong("granted"),
                rs.getLong("denied"),
                rs.getObject("first_at", OffsetDateTime.class).toInstant(),
                rs.getObject("last_at", OffsetDateTime.class).toInstant(),
                granted == null ? null : granted.toInstant());
    }

    static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
