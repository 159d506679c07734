package dev.muster.control.explain;

import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code signed_manifest}. */
@Singleton
final class SignedManifestStore {
    private static final int MOST_PER_DEVICE = 200;

    /**
     * A manifest as it was signed.
     *
     * @param firstAt when a manifest that says the same was first received
     * @param lastAt when this one was received
     * @param envelope JSON with the exact bytes and their signature
     * @param certificates PEM, the root last
     */
    record Kept(Instant firstAt, Instant lastAt, String envelope, String certificates) {}

    /** Keeps the manifest: beside the last one where it says something else, instead of it where it says the same. */
    void keep(Handle handle, DeviceId device, String content, Kept kept) {
        int same = handle.createUpdate("""
                        update signed_manifest set last_at = :last, envelope = :envelope, certificates = :certificates
                         where device = :device and content = decode(:content, 'hex') and id =
                            (select id from signed_manifest where device = :device order by id desc limit 1)""")
                .bind("device", device)
                .bind("content", content)
                .bind("last", HistoryStore.utc(kept.lastAt()))
                .bind("envelope", kept.envelope().getBytes(StandardCharsets.UTF_8))
                .bind("certificates", kept.certificates())
                .execute();
        if (same == 1) {
            return;
        }
        handle.createUpdate("""
                        insert into signed_manifest (device, first_at, last_at, content, envelope, certificates)
                        select id, :first, :last, decode(:content, 'hex'), :envelope, :certificates
                          from device where id = :device""")
                .bind("device", device)
                .bind("content", content)
                .bind("first", HistoryStore.utc(kept.firstAt()))
                .bind("last", HistoryStore.utc(kept.lastAt()))
                .bind("envelope", kept.envelope().getBytes(StandardCharsets.UTF_8))
                .bind("certificates", kept.certificates())
                .execute();
        handle.createUpdate("""
                        delete from signed_manifest where device = :device and id <=
                            (select id from signed_manifest where device = :device order by id desc offset :most limit 1)""")
                .bind("device", device)
                .bind("most", MOST_PER_DEVICE)
                .execute();
    }

    /** The one that spoke for the instant: the last that had begun. */
    Optional<Kept> at(Handle handle, DeviceId device, Instant at) {
        return handle.createQuery("""
                        select first_at, last_at, envelope, certificates from signed_manifest
                         where device = :device and first_at <= :at order by first_at desc, id desc limit 1""")
                .bind("device", device)
                .bind("at", HistoryStore.utc(at))
                .map((rs, context) -> kept(rs))
                .findOne();
    }

    /** The first that began after the instant. */
    Optional<Kept> after(Handle handle, DeviceId device, Instant at) {
        return handle.createQuery("""
                        select first_at, last_at, envelope, certificates from signed_manifest
                         where device = :device and first_at > :at order by first_at, id limit 1""")
                .bind("device", device)
                .bind("at", HistoryStore.utc(at))
                .map((rs, context) -> kept(rs))
                .findOne();
    }

    private static Kept kept(ResultSet rs) throws SQLException {
        return new Kept(
                rs.getObject("first_at", OffsetDateTime.class).toInstant(),
                rs.getObject("last_at", OffsetDateTime.class).toInstant(),
                new String(rs.getBytes("envelope"), StandardCharsets.UTF_8),
                rs.getString("certificates"));
    }

    /** Forgets what was last said before {@code before}; the newest of each device stays. */
    void forget(Handle handle, Instant before) {
        handle.createUpdate("""
                        delete from signed_manifest m where m.last_at < :before and exists
                            (select 1 from signed_manifest n
                              where n.tenant = m.tenant and n.device = m.device and n.id > m.id)""").bind("before", HistoryStore.utc(before)).execute();
    }
}
