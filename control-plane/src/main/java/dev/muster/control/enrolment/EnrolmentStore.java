package dev.muster.control.enrolment;

import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code enrolment_token} and {@code device_certificate}. */
@Singleton
final class EnrolmentStore {
    private static final String SELECT =
            "select id, name, hash, uses, used, expires_at, site, tags, created_at, created_by, "
                    + "name_of_actor(created_by, created_at) as created_by_name from enrolment_token";

    void insert(Handle handle, EnrolmentToken token, byte[] hash) {
        handle.createUpdate("""
                        insert into enrolment_token
                            (id, name, hash, uses, expires_at, site, tags, created_at, created_by)
                        values (:id, :name, :hash, :uses, :expires, :site, :tags, :at, :by)""")
                .bind("id", token.id())
                .bind("name", token.name())
                .bind("hash", hash)
                .bind("uses", token.uses())
                .bind("expires", utc(token.expiresAt()))
                .bind("site", token.site())
                .bind("tags", token.tags().toArray(String[]::new))
                .bind("at", utc(token.createdAt()))
                .bind("by", token.createdBy())
                .execute();
    }

    List<EnrolmentToken> all(Handle handle) {
        return handle.createQuery(SELECT + " order by created_at, id")
                .map((rs, context) -> read(rs))
                .list();
    }

    boolean delete(Handle handle, String id) {
        return handle.createUpdate("delete from enrolment_token where id = :id")
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** The token if the secret is its secret and it has not expired, its row locked; used up or not. */
    Optional<EnrolmentToken> lock(Handle handle, EnrolmentToken.Secret secret, Instant now) {
        return handle.createQuery(
                        SELECT + " where id = :id and expires_at > :now"
                                + " and exists (select 1 from tenant where tenant = current_tenant() and state = 'active') for update")
                .bind("id", secret.id())
                .bind("now", utc(now))
                .map((rs, context) -> MessageDigest.isEqual(rs.getBytes("hash"), secret.hash())
                        ? Optional.of(read(rs))
                        : Optional.<EnrolmentToken>empty())
                .findOne()
                .flatMap(found -> found);
    }

    void use(Handle handle, String id) {
        handle.createUpdate("update enrolment_token set used = used + 1 where id = :id")
                .bind("id", id)
                .execute();
    }

    /** The device that this token already enrolled with this very key: the answer was lost, the device asks again. */
    Optional<DeviceId> enrolledBy(Handle handle, String token, byte[] key) {
        return handle.createQuery(
                        "select device from device_certificate where token = :token and key_sha256 = :key limit 1")
                .bind("token", token)
                .bind("key", key)
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .findOne();
    }

    void issued(
            Handle handle,
            DeviceId device,
            X509Certificate certificate,
            byte[] key,
            @Nullable String token,
            Instant now) {
        handle.createUpdate("""
                        insert into device_certificate (serial, device, key_sha256, token, not_after, issued_at)
                        values (:serial, :device, :key, :token, :end, :now)""")
                .bind("serial", Certificates.serial(certificate))
                .bind("device", device)
                .bind("key", key)
                .bind("token", token)
                .bind("end", utc(certificate.getNotAfter().toInstant()))
                .bind("now", utc(now))
                .execute();
    }

    /** Whether we issued the certificate to the device, and never revoked it. */
    boolean valid(Handle handle, DeviceId device, X509Certificate certificate) {
        return handle.createQuery("select exists (select 1 from device_certificate "
                        + "where serial = :serial and device = :device and revoked_at is null)")
                .bind("serial", Certificates.serial(certificate))
                .bind("device", device)
                .mapTo(Boolean.class)
                .one();
    }

    private static EnrolmentToken read(ResultSet rs) throws SQLException {
        return new EnrolmentToken(
                rs.getString("id"),
                rs.getString("name"),
                rs.getInt("uses"),
                rs.getInt("used"),
                instant(rs, "expires_at"),
                rs.getString("site"),
                List.of((String[]) rs.getArray("tags").getArray()),
                instant(rs, "created_at"),
                rs.getString("created_by"),
                rs.getString("created_by_name"));
    }

    private static Instant instant(ResultSet rs, String column) throws SQLException {
        return rs.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
