package dev.muster.control.explain;

import dev.muster.policy.model.DeviceProfile;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code device_policy_history} and {@code inventory_profile}. Whoever asks has checked the device's scope. */
@Singleton
final class HistoryStore {
    /** Spans kept per device, whatever their age: a device that flaps must not fill the table. */
    private static final int MOST_PER_DEVICE = 1_000;

    Optional<Held> open(Handle handle, DeviceId device) {
        return handle.createQuery("select * from device_policy_history where device = :device and to_at is null")
                .bind("device", device)
                .map((rs, context) -> held(rs))
                .findOne();
    }

    /** What was in force at the instant. */
    Optional<Held> at(Handle handle, DeviceId device, Instant at) {
        return handle.createQuery("""
                        select * from device_policy_history
                         where device = :device and from_at <= :at and (to_at is null or to_at > :at)
                         order by from_at desc, id desc limit 1""")
                .bind("device", device)
                .bind("at", utc(at))
                .map((rs, context) -> held(rs))
                .findOne();
    }

    /** Where the history of the device begins. */
    Optional<Instant> begin(Handle handle, DeviceId device) {
        return handle.createQuery(
                        "select from_at from device_policy_history where device = :device order by from_at, id limit 1")
                .bind("device", device)
                .map((rs, context) -> instant(rs, "from_at"))
                .findOne();
    }

    /** Ends the open span, if there is one, and begins {@code next}, whose end is ignored. */
    void begin(Handle handle, DeviceId device, Held next, Instant heard) {
        handle.createUpdate("update device_policy_history set to_at = :from where device = :device and to_at is null")
                .bind("device", device)
                .bind("from", utc(next.from()))
                .execute();
        handle.createUpdate("""
                        insert into device_policy_history
                            (device, from_at, heard_at, version, sha256, capabilities_sha256, profile)
                        values (:device, :from, :heard, :version, :sha256, :capabilities, :profile)""")
                .bind("device", device)
                .bind("from", utc(next.from()))
                .bind("heard", utc(heard))
                .bind("version", next.version())
                .bind("sha256", next.sha256())
                .bind("capabilities", next.capabilities())
                .bind("profile", next.profile())
                .execute();
        handle.createUpdate("""
                        delete from device_policy_history where device = :device and id <=
                            (select id from device_policy_history where device = :device order by id desc
                              offset :most limit 1)""")
                .bind("device", device)
                .bind("most", MOST_PER_DEVICE)
                .execute();
    }

    void put(Handle handle, String digest, DeviceProfile profile, Instant now) {
        handle.createUpdate("insert into inventory_profile (digest, content, made_at) "
                        + "values (:digest, cast(:content as jsonb), :now) on conflict do nothing")
                .bind("digest", digest)
                .bind("content", ProfileJson.write(profile))
                .bind("now", utc(now))
                .execute();
    }

    Optional<DeviceProfile> profile(Handle handle, String digest) {
        return handle.createQuery("select content from inventory_profile where digest = :digest")
                .bind("digest", digest)
                .map((rs, context) -> ProfileJson.read(rs.getString("content")))
                .findOne();
    }

    /** Forgets what ended before {@code before}, and profiles that nothing names any more. */
    void forget(Handle handle, Instant before) {
        handle.createUpdate("delete from device_policy_history where to_at < :before")
                .bind("before", utc(before))
                .execute();
        handle.createUpdate("""
                        delete from inventory_profile p where p.made_at < :before and not exists
                            (select 1 from device_policy_history h where h.tenant = p.tenant and h.profile = p.digest)""").bind("before", utc(before)).execute();
    }

    private static Held held(ResultSet rs) throws SQLException {
        long version = rs.getLong("version");
        boolean none = rs.wasNull();
        OffsetDateTime to = rs.getObject("to_at", OffsetDateTime.class);
        return new Held(
                instant(rs, "from_at"),
                Optional.ofNullable(to).map(OffsetDateTime::toInstant),
                none ? Optional.empty() : Optional.of(version),
                rs.getString("sha256"),
                rs.getString("capabilities_sha256"),
                rs.getString("profile"));
    }

    private static Instant instant(ResultSet rs, String column) throws SQLException {
        return rs.getObject(column, OffsetDateTime.class).toInstant();
    }

    static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
