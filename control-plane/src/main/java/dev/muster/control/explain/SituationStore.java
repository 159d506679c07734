package dev.muster.control.explain;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** Rows of {@code device_situation}. Whoever asks has checked the device's scope. */
@Singleton
final class SituationStore {
    /** Rows kept per device, whatever their age: a device that wanders must not fill the table. */
    private static final int MOST_PER_DEVICE = 2_000;

    /** Keeps it; of two with the same time the later one counts. */
    void put(Handle handle, DeviceId device, TrueThen told, Instant now) {
        handle.createUpdate("""
                        insert into device_situation (device, at, received_at, policy_sha256, capabilities_sha256, facts)
                        values (:device, :at, :now, :policy, :capabilities, cast(:facts as jsonb))
                        on conflict (tenant, device, at) do update set
                            received_at = excluded.received_at, policy_sha256 = excluded.policy_sha256,
                            capabilities_sha256 = excluded.capabilities_sha256, facts = excluded.facts""")
                .bind("device", device)
                .bind("at", HistoryStore.utc(told.at()))
                .bind("now", HistoryStore.utc(now))
                .bind("policy", told.policySha256())
                .bind("capabilities", told.capabilitiesSha256())
                .bind("facts", new String(JsonObject.write(Map.of("facts", told.facts())), StandardCharsets.UTF_8))
                .execute();
        handle.createUpdate("""
                        delete from device_situation where device = :device and at <=
                            (select at from device_situation where device = :device order by at desc
                              offset :most limit 1)""")
                .bind("device", device)
                .bind("most", MOST_PER_DEVICE)
                .execute();
    }

    /** What the device had said last at the instant. */
    Optional<TrueThen> at(Handle handle, DeviceId device, Instant at) {
        return handle.createQuery("""
                        select at, policy_sha256, capabilities_sha256, facts from device_situation
                         where device = :device and at <= :at order by at desc limit 1""")
                .bind("device", device)
                .bind("at", HistoryStore.utc(at))
                .map((rs, context) -> new TrueThen(
                        rs.getObject("at", OffsetDateTime.class).toInstant(),
                        rs.getString("policy_sha256"),
                        rs.getString("capabilities_sha256"),
                        new TreeSet<>(JsonObject.parse(rs.getString("facts").getBytes(StandardCharsets.UTF_8))
                                .strings("facts"))))
                .findOne();
    }

    /** Forgets what was followed by something else before {@code before}. */
    void forget(Handle handle, Instant before) {
        handle.createUpdate("""
                        delete from device_situation s where s.at < :before and exists
                            (select 1 from device_situation n where n.tenant = s.tenant and n.device = s.device
                                and n.at > s.at and n.at < :before)""").bind("before", HistoryStore.utc(before)).execute();
    }
}
