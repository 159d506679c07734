package dev.muster.control.factory;

import dev.muster.control.factory.FactoryAnchor.SerialFrom;
import dev.muster.control.factory.FactoryService.Used;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code factory_anchor}, {@code factory_revocation} and {@code factory_use}. */
@Singleton
final class FactoryStore {
    private static final String SELECT = """
            select a.*, name_of_actor(a.created_by, a.created_at) as created_by_name,
                   (select array_agg(r.serial order by r.serial) from factory_revocation r
                     where r.tenant = a.tenant and r.anchor = a.name) as revoked
              from factory_anchor a
            """;

    List<FactoryAnchor> all(Handle handle) {
        return handle.createQuery(SELECT + " order by a.name")
                .map((rs, context) -> read(rs))
                .list();
    }

    Optional<FactoryAnchor> find(Handle handle, String name) {
        return handle.createQuery(SELECT + " where a.name = :name")
                .bind("name", name)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** False if the name or the certificate is registered already. */
    boolean insert(Handle handle, FactoryAnchor anchor) {
        return handle.createUpdate("""
                        insert into factory_anchor
                            (name, certificate, sha256, serial_from, site, tags, approval, created_at, created_by)
                        values (:name, :certificate, :sha256, :from, :site, :tags, :approval, :at, :by)
                        on conflict do nothing""")
                        .bind("name", anchor.name())
                        .bind("certificate", anchor.certificate())
                        .bind(
                                "sha256",
                                HexFormat.of().parseHex(anchor.fingerprint().substring("sha256:".length())))
                        .bind("from", anchor.serialFrom().text())
                        .bind("site", anchor.site())
                        .bind("tags", anchor.tags().toArray(String[]::new))
                        .bind("approval", anchor.approval())
                        .bind("at", utc(anchor.createdAt()))
                        .bind("by", anchor.createdBy())
                        .execute()
                == 1;
    }

    boolean delete(Handle handle, String name) {
        return handle.createUpdate("delete from factory_anchor where name = :name")
                        .bind("name", name)
                        .execute()
                == 1;
    }

    /** False if it is revoked already. */
    boolean revoke(Handle handle, String anchor, String serial, String by, Instant at) {
        return handle.createUpdate("""
                        insert into factory_revocation (anchor, serial, revoked_at, revoked_by)
                        values (:anchor, :serial, :at, :by) on conflict do nothing""")
                        .bind("anchor", anchor)
                        .bind("serial", serial)
                        .bind("at", utc(at))
                        .bind("by", by)
                        .execute()
                == 1;
    }

    /**
     * The use of a factory key; whoever asks for it waits for others that do.
     *
     * @param key that asks now
     */
    Optional<Used> use(Handle handle, byte[] factoryKey, byte[] key, Instant now) {
        handle.createQuery(
                        "select 1 from pg_advisory_xact_lock(hashtext('muster.factory'), hashtext(encode(:key, 'hex')))")
                .bind("key", factoryKey)
                .mapTo(Integer.class)
                .one();
        return handle.createQuery("""
                        select u.key_sha256, u.device, coalesce(d.status = 'retired', not exists (
                                   select 1 from enrolment_request r
                                    where r.key_sha256 = u.key_sha256 and r.expires_at > :now)) as ended
                          from factory_use u left join device d on d.id = u.device
                         where u.factory_key_sha256 = :key""")
                .bind("key", factoryKey)
                .bind("now", utc(now))
                .map((rs, context) -> new Used(
                        MessageDigest.isEqual(rs.getBytes("key_sha256"), key),
                        Optional.ofNullable(rs.getString("device")).map(DeviceId::new),
                        rs.getBoolean("ended")))
                .findOne();
    }

    void used(Handle handle, byte[] factoryKey, String anchor, String serial, byte[] key, Instant at) {
        handle.createUpdate("""
                        insert into factory_use (factory_key_sha256, anchor, serial, key_sha256, used_at)
                        values (:factory, :anchor, :serial, :key, :at)
                        on conflict (tenant, factory_key_sha256) do update set
                            anchor = excluded.anchor, serial = excluded.serial, key_sha256 = excluded.key_sha256,
                            used_at = excluded.used_at, device = null""")
                .bind("factory", factoryKey)
                .bind("anchor", anchor)
                .bind("serial", serial)
                .bind("key", key)
                .bind("at", utc(at))
                .execute();
    }

    void became(Handle handle, byte[] factoryKey, DeviceId device) {
        handle.createUpdate("update factory_use set device = :device where factory_key_sha256 = :factory")
                .bind("device", device)
                .bind("factory", factoryKey)
                .execute();
    }

    private static FactoryAnchor read(ResultSet rs) throws SQLException {
        return new FactoryAnchor(
                rs.getString("name"),
                rs.getString("certificate"),
                "sha256:" + HexFormat.of().formatHex(rs.getBytes("sha256")),
                SerialFrom.parse(rs.getString("serial_from")).orElseThrow(),
                rs.getString("site"),
                strings(rs.getArray("tags")),
                rs.getBoolean("approval"),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                rs.getString("created_by"),
                rs.getString("created_by_name"),
                strings(rs.getArray("revoked")));
    }

    private static List<String> strings(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
