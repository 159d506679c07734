package dev.muster.control.usage;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.permissions.PermissionEvent;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code shadow_disagreement}. */
@Singleton
public final class ShadowStore {
    void add(Handle handle, DeviceId device, PermissionEvent.Shadow shadow, long count, Instant first, Instant last) {
        handle.createUpdate("""
                        insert into shadow_disagreement as s
                            (version, device, bundle, permission, live, shadow, live_reason, shadow_reason, count,
                             first_at, last_at)
                        select :version, id, :bundle, :permission, :live, :shadow, :liveReason, :shadowReason, :count,
                               :first, :last
                          from device where id = :device
                        on conflict (tenant, version, bundle, permission, live, shadow, live_reason, shadow_reason, device)
                        do update set count = s.count + excluded.count,
                            first_at = least(s.first_at, excluded.first_at),
                            last_at = greatest(s.last_at, excluded.last_at)""")
                .bind("version", shadow.shadowVersion())
                .bind("device", device)
                .bind("bundle", shadow.app().bundle())
                .bind("permission", shadow.permission())
                .bind("live", shadow.live())
                .bind("shadow", shadow.shadow())
                .bind("liveReason", shadow.liveReason())
                .bind("shadowReason", shadow.shadowReason())
                .bind("count", count)
                .bind("first", UsageStore.utc(first))
                .bind("last", UsageStore.utc(last))
                .execute();
    }

    /**
     * What two policies answered differently about one app and permission, also its form on the wire.
     *
     * @param live {@code granted} or {@code denied} by the policy in force, with its reason
     * @param shadow the same of the watched one
     * @param count questions
     * @param devices on which it happened
     */
    public record Disagreement(
            String bundle,
            String permission,
            String live,
            String liveReason,
            String shadow,
            String shadowReason,
            long count,
            long devices,
            Instant lastAt) {}

    /** Of devices in scope, most questions first. */
    List<Disagreement> disagreements(Handle handle, Scope scope, long version, int limit) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select s.bundle, s.permission, s.live, s.live_reason, s.shadow, s.shadow_reason, "
                        + "sum(s.count) as n, count(*) as devices, max(s.last_at) as last_at from shadow_disagreement s "
                        + joined(scope) + " where s.version = :version and " + allowed.sql()
                        + " group by 1, 2, 3, 4, 5, 6 order by n desc, 1, 2, 3, 4, 5, 6 limit :limit")
                .bindMap(allowed.binds())
                .bind("version", version)
                .bind("limit", limit)
                .map((rs, context) -> new Disagreement(
                        rs.getString("bundle"),
                        rs.getString("permission"),
                        answer(rs.getBoolean("live")),
                        rs.getString("live_reason"),
                        answer(rs.getBoolean("shadow")),
                        rs.getString("shadow_reason"),
                        rs.getLong("n"),
                        rs.getLong("devices"),
                        rs.getObject("last_at", java.time.OffsetDateTime.class).toInstant()))
                .list();
    }

    /** The watched version that devices in scope hold, the highest; empty where none does. */
    Optional<Long> version(Handle handle, Scope scope) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select cast(t.version as bigint) as version from desired_target t join device d "
                        + "on d.tenant = t.tenant and d.id = t.device where t.name = 'policy-shadow' "
                        + "and t.state = 'present' and t.version ~ '^[0-9]{1,18}$' and " + allowed.sql()
                        + " order by 1 desc limit 1")
                .bindMap(allowed.binds())
                .mapTo(Long.class)
                .findOne();
    }

    /** The version with the newest disagreement of a device in scope. */
    Optional<Long> lastVersion(Handle handle, Scope scope) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select s.version from shadow_disagreement s " + joined(scope) + " where "
                        + allowed.sql() + " order by s.version desc limit 1")
                .bindMap(allowed.binds())
                .mapTo(Long.class)
                .findOne();
    }

    /** How many devices in scope say that they hold the version. */
    long holding(Handle handle, Scope scope, long version) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select count(*) from device_permission_report p join device d "
                        + "on d.tenant = p.tenant and d.id = p.device "
                        + "where cast(p.report ->> 'shadowVersion' as bigint) = :version and " + allowed.sql())
                .bindMap(allowed.binds())
                .bind("version", version)
                .mapTo(Long.class)
                .one();
    }

    /** Forgets what was last seen before {@code before}. */
    void forget(Handle handle, Instant before) {
        handle.createUpdate("delete from shadow_disagreement where last_at < :before")
                .bind("before", UsageStore.utc(before))
                .execute();
    }

    private static String answer(boolean granted) {
        return granted ? "granted" : "denied";
    }

    private static String joined(Scope scope) {
        return scope.fleetWide() ? "" : "join device d on d.tenant = s.tenant and d.id = s.device";
    }
}
