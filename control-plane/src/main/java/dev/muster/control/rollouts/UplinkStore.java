package dev.muster.control.rollouts;

import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Rows of {@code uplink_use}: when the uplinks of sites are free for the next download. */
@Singleton
final class UplinkStore {
    /** A site at or above that of a device, that limits its uplink. */
    record Uplink(String site, long kbps) {
        /** How long so many bytes take. */
        Duration time(long bytes) {
            return Duration.ofMillis(Math.multiplyExact(bytes, 8L) / kbps);
        }
    }

    /** What limits the devices; those that nothing limits are left out. */
    Map<DeviceId, Uplink> of(Handle handle, Collection<DeviceId> devices) {
        Map<DeviceId, Uplink> uplinks = new HashMap<>();
        handle.createQuery("select d.id, u.site, u.kbps from device d cross join lateral site_uplink(d.site) u "
                        + "where d.id = any(:devices) and d.site is not null")
                .bind("devices", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .map((rs, context) -> Map.entry(
                        new DeviceId(rs.getString("id")), new Uplink(rs.getString("site"), rs.getLong("kbps"))))
                .forEach(row -> uplinks.put(row.getKey(), row.getValue()));
        return uplinks;
    }

    /** Takes the next free time of the uplink for a download that long; when it begins, now at the earliest. */
    Instant reserve(Handle handle, Uplink uplink, Duration length, Instant now) {
        handle.createUpdate("insert into uplink_use (site, free_at) values (:site, :now) on conflict do nothing")
                .bind("site", uplink.site())
                .bind("now", utc(now))
                .execute();
        Instant free = handle.createQuery("select free_at from uplink_use where site = :site for update")
                .bind("site", uplink.site())
                .map((rs, context) ->
                        rs.getObject("free_at", OffsetDateTime.class).toInstant())
                .one();
        Instant begin = free.isBefore(now) ? now : free;
        handle.createUpdate("update uplink_use set free_at = :free where site = :site")
                .bind("site", uplink.site())
                .bind("free", utc(begin.plus(length)))
                .execute();
        return begin;
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
