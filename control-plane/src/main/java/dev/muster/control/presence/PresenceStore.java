package dev.muster.control.presence;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.kafka.Presence;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Rows of {@code device_presence}. */
@Singleton
final class PresenceStore {
    /** Takes over what gateways said; what an older session says late changes nothing, unknown devices are skipped. */
    void came(Handle handle, Map<DeviceId, Presence> news) {
        if (news.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("""
                insert into device_presence as p (device, online, epoch, last_seen, gateway, reason)
                select d.id, :online, :epoch, :at, :gateway, :reason from device d where d.id = :device
                    -- A sub-device is there exactly while its gateway is.
                    or d.id in (select c.gateway || '/' || c.child from sub_device c
                                 where c.gateway = :device and c.state = 'approved')
                on conflict (tenant, device) do update set online = excluded.online, epoch = excluded.epoch,
                    last_seen = greatest(p.last_seen, excluded.last_seen), gateway = excluded.gateway,
                    reason = excluded.reason
                 where excluded.epoch >= p.epoch""");
        news.forEach((device, presence) -> batch.bind("device", device)
                .bind("online", presence.online())
                .bind("epoch", presence.epoch())
                .bind("at", presence.at().atOffset(ZoneOffset.UTC))
                .bind("gateway", presence.gateway())
                .bind("reason", presence.reason())
                .add());
        batch.execute();
    }

    /** Notes signs of life. */
    void seen(Handle handle, Map<DeviceId, Instant> signs) {
        if (signs.isEmpty()) {
            return;
        }
        // Locked in the order of the ids, so that two callers never wait for each other in a circle.
        List<Map.Entry<DeviceId, Instant>> all = List.copyOf(signs.entrySet());
        handle.createUpdate("""
                        update device_presence p set last_seen = s.at
                          from (select p.device, s.at
                                  from unnest(:devices, cast(:times as timestamptz[])) as s (device, at)
                                  join device_presence p on p.device = s.device and p.last_seen < s.at
                                 order by 1 for no key update of p) s
                         where p.device = s.device and p.last_seen < s.at""")
                .bind("devices", all.stream().map(sign -> sign.getKey().value()).toArray(String[]::new))
                .bind(
                        "times",
                        all.stream().map(sign -> sign.getValue().toString()).toArray(String[]::new))
                .execute();
    }
}
