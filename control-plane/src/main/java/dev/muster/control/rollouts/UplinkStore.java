package dev.muster.control.rollouts;

import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
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

    Optional<Uplink> of(Handle handle, DeviceId device) {
        return handle.createQuery(
                        "select u.site, u.kbps from device d cross join lateral site_uplink(d.site) u where d.id = :device")
                .bind("device", device)
                .map((rs, context) -> new Uplink(rs.getString("site"), rs.getLong("kbps")))
                .findOne();
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
