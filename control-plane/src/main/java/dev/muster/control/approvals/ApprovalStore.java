package dev.muster.control.approvals;

import dev.muster.control.approvals.EnrolmentRequest.State;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code enrolment_request}. Belongs to no device, so that no scope applies: who reads it acts for the whole fleet. */
@Singleton
final class ApprovalStore {
    private static final String SELECT = """
            select r.*, name_of_actor(r.decided_by, r.decided_at) as decided_by_name,
                   case when r.state <> 'rejected' and r.device is null and r.expires_at <= :now
                        then 'expired' else r.state end as stands
              from enrolment_request r
            """;

    Optional<EnrolmentRequest> byKey(Handle handle, byte[] key, Instant now) {
        return handle.createQuery(SELECT + " where key_sha256 = :key for update of r")
                .bind("key", key)
                .bind("now", utc(now))
                .map((rs, context) -> read(rs))
                .findOne();
    }

    Optional<EnrolmentRequest> lock(Handle handle, String id, Instant now) {
        return handle.createQuery(SELECT + " where id = :id for update of r")
                .bind("id", id)
                .bind("now", utc(now))
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Those that stand at {@code state}, or all; the oldest first, after the position, at most {@code limit}. */
    List<EnrolmentRequest> list(
            Handle handle, @Nullable State state, Instant afterTime, String afterId, int limit, Instant now) {
        return handle.createQuery("select * from (" + SELECT + ") r where (asked_at, id) > (:time, :after) "
                        + "and (cast(:state as text) is null or stands = :state) order by asked_at, id limit :limit")
                .bind("now", utc(now))
                .bind("time", utc(afterTime))
                .bind("after", afterId)
                .bind("state", state == null ? null : state.name().toLowerCase(Locale.ROOT))
                .bind("limit", limit)
                .map((rs, context) -> read(rs))
                .list();
    }

    /** A key that asked before, and whose request ended, asks anew. */
    void ask(Handle handle, String id, EnrolmentRequest.Asked asked, Instant now, Instant until) {
        handle.createUpdate("""
                        insert into enrolment_request (id, key_sha256, source, wished, hardware, serial, facts, site,
                                                       tags, address, asked_at, expires_at)
                        values (:id, :key, :source, :wished, :hardware, :serial, cast(:facts as jsonb), :site,
                                :tags, :address, :now, :until)
                        on conflict (tenant, key_sha256) do update set
                            id = excluded.id, source = excluded.source, wished = excluded.wished,
                            hardware = excluded.hardware, serial = excluded.serial, facts = excluded.facts,
                            site = excluded.site, tags = excluded.tags, address = excluded.address,
                            asked_at = excluded.asked_at, expires_at = excluded.expires_at, state = 'waiting',
                            decided_at = null, decided_by = null, reason = '', device = null""")
                .bind("id", id)
                .bind("key", HexFormat.of().parseHex(asked.key()))
                .bind("source", asked.source())
                .bind("wished", asked.wished())
                .bind("hardware", asked.hardware())
                .bind("serial", asked.serial())
                .bind("facts", new String(JsonObject.write(asked.facts()), StandardCharsets.UTF_8))
                .bind("site", asked.site())
                .bind("tags", asked.tags().toArray(String[]::new))
                .bind("address", asked.address())
                .bind("now", utc(now))
                .bind("until", utc(until))
                .execute();
    }

    void decide(Handle handle, String id, State state, Decision decision) {
        handle.createUpdate("""
                        update enrolment_request
                           set state = :state, decided_at = :now, decided_by = :by, reason = :reason,
                               wished = coalesce(:device, wished), expires_at = greatest(expires_at, :until)
                         where id = :id""")
                .bind("id", id)
                .bind("state", state.name().toLowerCase(Locale.ROOT))
                .bind("now", utc(decision.at()))
                .bind("by", decision.by())
                .bind("reason", decision.reason())
                .bind("device", decision.device())
                .bind("until", utc(decision.until()))
                .execute();
    }

    /** A decision of a person. */
    record Decision(
            Instant at, String by, String reason, @Nullable String device, Instant until) {}

    void came(Handle handle, String id, DeviceId device) {
        handle.createUpdate("update enrolment_request set device = :device where id = :id")
                .bind("id", id)
                .bind("device", device)
                .execute();
    }

    /** Forgets what ended before {@code before}. */
    void forget(Handle handle, Instant before) {
        handle.createUpdate("delete from enrolment_request where expires_at < :before")
                .bind("before", utc(before))
                .execute();
    }

    private static EnrolmentRequest read(ResultSet rs) throws SQLException {
        String device = rs.getString("device");
        return new EnrolmentRequest(
                rs.getString("id"),
                State.valueOf(rs.getString("stands").toUpperCase(Locale.ROOT)),
                device == null ? rs.getString("wished") : device,
                rs.getString("hardware"),
                rs.getString("serial"),
                pairs(rs.getString("facts")),
                "sha256:" + HexFormat.of().formatHex(rs.getBytes("key_sha256")),
                rs.getString("source"),
                rs.getString("site"),
                List.of((String[]) rs.getArray("tags").getArray()),
                rs.getString("address"),
                rs.getObject("asked_at", OffsetDateTime.class).toInstant(),
                rs.getObject("expires_at", OffsetDateTime.class).toInstant(),
                instant(rs, "decided_at"),
                rs.getString("decided_by"),
                rs.getString("decided_by_name"),
                rs.getString("reason"),
                null,
                device);
    }

    private static Map<String, String> pairs(String json) {
        JsonObject object = JsonObject.parse(json.getBytes(StandardCharsets.UTF_8));
        Map<String, String> pairs = new HashMap<>();
        object.members().keySet().forEach(key -> pairs.put(key, object.string(key)));
        return pairs;
    }

    private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        OffsetDateTime at = rs.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
