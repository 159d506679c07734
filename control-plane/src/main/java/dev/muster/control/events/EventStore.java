package dev.muster.control.events;

import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Rows of {@code device_event}. */
@Singleton
final class EventStore {
    /** Keeps the event once, however often it arrives; false for one that is known or of an unknown device. */
    boolean append(Handle handle, DeviceId device, DeviceEvent event, Instant now) {
        return handle.createUpdate("""
                        insert into device_event (device, at, received_at, kind, detail, digest)
                        select id, :at, :now, :kind, cast(:detail as jsonb), :digest from device where id = :device
                        on conflict (tenant, device, digest) do nothing""")
                        .bind("device", device)
                        .bind("at", OffsetDateTime.ofInstant(event.at(), ZoneOffset.UTC))
                        .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                        .bind("kind", event.kind())
                        .bind("detail", new String(JsonObject.write(event.detail()), StandardCharsets.UTF_8))
                        .bind("digest", digest(event))
                        .execute()
                == 1;
    }

    /** At most {@code limit} events with an id below {@code before} (0: the newest), newest first. */
    List<StoredEvent> list(Handle handle, DeviceId device, long before, int limit) {
        return handle.createQuery("""
                        select id, at, kind, detail from device_event
                         where device = :device and (:before = 0 or id < :before) order by id desc limit :limit""")
                .bind("device", device)
                .bind("before", before)
                .bind("limit", limit)
                .map((rs, context) -> new StoredEvent(
                        rs.getLong("id"),
                        rs.getObject("at", OffsetDateTime.class).toInstant(),
                        rs.getString("kind"),
                        detail(rs.getString("detail"))))
                .list();
    }

    private static Map<String, String> detail(String json) {
        return JsonObject.parse(("{\"detail\":" + json + "}").getBytes(StandardCharsets.UTF_8))
                .stringMap("detail");
    }

    private static byte[] digest(DeviceEvent event) {
        try {
            // Detail has no order of its own, so the digest needs one.
            byte[] detail = JsonObject.write(new java.util.TreeMap<>(event.detail()));
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((event.kind() + "\n" + event.at() + "\n").getBytes(StandardCharsets.UTF_8));
            return digest.digest(detail);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
