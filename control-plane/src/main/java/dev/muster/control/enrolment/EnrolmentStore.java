package dev.muster.control.enrolment;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
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
            "select id, name, hash, uses, used, expires_at, site, tags, approval, serial, udid, created_at, created_by, "
                    + "name_of_actor(created_by, created_at) as created_by_name from enrolment_token";

    void insert(Handle handle, EnrolmentToken token, byte[] hash) {
        handle.createUpdate("""
                        insert into enrolment_token
                            (id, name, hash, uses, expires_at, site, tags, approval, serial, udid, created_at, created_by)
                        values (:id, :name, :hash, :uses, :expires, :site, :tags, :approval, :serial, :udid, :at, :by)""")
                .bind("id", token.id())
                .bind("name", token.name())
                .bind("hash", hash)
                .bind("uses", token.uses())
                .bind("expires", utc(token.expiresAt()))
                .bind("site", token.site())
                .bind("tags", token.tags().toArray(String[]::new))
                .bind("approval", token.approval())
                .bind("serial", token.serial())
                .bind("udid", token.udid())
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

    /** Whether it is the secret of a token of the tenant, whatever became of that token. Locks nothing. */
    boolean right(Handle handle, EnrolmentToken.Secret secret) {
        return handle.createQuery("select hash from enrolment_token where id = :id")
                .bind("id", secret.id())
                .map((rs, context) -> MessageDigest.isEqual(rs.getBytes("hash"), secret.hash()))
                .findOne()
                .orElse(false);
    }

    /**
     * The token if the secret is its secret, it has not expired and is for whoever tells this serial number and UDID, its row
     * locked; used up or not. One that is for a device wants one of both to be told, and neither otherwise.
     */
    Optional<EnrolmentToken> lock(
            Handle handle, EnrolmentToken.Secret secret, @Nullable String serial, @Nullable String udid, Instant now) {
        return handle.createQuery(SELECT + " where id = :id and hash = :hash and expires_at > :now"
                        + " and (serial is null and udid is null"
                        + "      or coalesce(serial = cast(:serial as text), true)"
                        + "         and coalesce(upper(udid) = upper(cast(:udid as text)), true)"
                        + "         and (coalesce(serial = cast(:serial as text), false)"
                        + "              or coalesce(upper(udid) = upper(cast(:udid as text)), false)))"
                        + " and exists (select 1 from tenant where tenant = current_tenant() and state = 'active')"
                        + " for update of enrolment_token")
                .bind("id", secret.id())
                .bind("hash", secret.hash())
                .bind("serial", serial)
                .bind("udid", udid)
                .bind("now", utc(now))
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Whether there is such a tenant: somebody unknown may name any. */
    boolean tenantExists(Handle handle, TenantId tenant) {
        return handle.createQuery("select exists (select 1 from tenant where tenant = :tenant)")
                .bind("tenant", tenant.value())
                .mapTo(Boolean.class)
                .one();
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

    /**
     * A certificate that was issued.
     *
     * @param authority the id of the one that issued it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Issued(
            DeviceId device,
            X509Certificate certificate,
            byte[] key,
            @Nullable String token,
            String authority,
            Instant at) {}

    void issued(Handle handle, Issued issued) {
        handle.createUpdate("""
                        insert into device_certificate
                            (serial, device, key_sha256, token, authority, not_after, issued_at)
                        values (:serial, :device, :key, :token, :authority, :end, :now)""")
                .bind("serial", Certificates.serial(issued.certificate()))
                .bind("device", issued.device())
                .bind("key", issued.key())
                .bind("token", issued.token())
                .bind("authority", issued.authority())
                .bind("end", utc(issued.certificate().getNotAfter().toInstant()))
                .bind("now", utc(issued.at()))
                .execute();
    }

    /**
     * Whether we issued the certificate to the device, and never revoked it. After a restore there is no row of what was issued
     * between backup and restore: such a one counts by its signature, which was checked before.
     */
    boolean valid(Handle handle, DeviceId device, X509Certificate certificate) {
        return handle.createQuery("""
                        select case when exists (select 1 from device_certificate where serial = :serial)
                            then exists (select 1 from device_certificate
                                          where serial = :serial and device = :device and revoked_at is null)
                            else exists (select 1 from restored r join device d on d.id = :device
                                          where :issued between date_trunc('second', r.backup_at) and r.at
                                            and d.enrolled_at <= r.backup_at) end""")
                .bind("serial", Certificates.serial(certificate))
                .bind("device", device)
                .bind("issued", utc(certificate.getNotBefore().toInstant().plus(Certificates.BACKDATED)))
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
                rs.getBoolean("approval"),
                rs.getString("serial"),
                rs.getString("udid"),
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
