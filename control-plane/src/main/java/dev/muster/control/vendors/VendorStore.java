package dev.muster.control.vendors;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Rows of {@code vendor_root}. */
@Singleton
final class VendorStore {
    /** Nobody else changes vendors of this tenant until the transaction ends. */
    void lock(Handle handle) {
        handle.createQuery("select 1 from (select pg_advisory_xact_lock(hashtext('vendors'), "
                        + "hashtext(current_setting('app.tenant')))) locked")
                .mapTo(Integer.class)
                .one();
    }

    /** False if it is known already. */
    boolean insert(Handle handle, VendorRoot root, byte[] der) {
        return handle.createUpdate("""
                        insert into vendor_root (sha256, subject, not_before, not_after, der, note, added_at, added_by)
                        values (:sha256, :subject, :from, :to, :der, :note, :at, :by) on conflict do nothing""")
                        .bind("sha256", root.sha256())
                        .bind("subject", root.subject())
                        .bind("from", utc(root.notBefore()))
                        .bind("to", utc(root.notAfter()))
                        .bind("der", der)
                        .bind("note", root.note())
                        .bind("at", utc(root.addedAt()))
                        .bind("by", root.addedBy())
                        .execute()
                == 1;
    }

    /** False if there is none. */
    boolean delete(Handle handle, String sha256) {
        return handle.createUpdate("delete from vendor_root where sha256 = :sha256")
                        .bind("sha256", sha256)
                        .execute()
                == 1;
    }

    List<byte[]> certificates(Handle handle) {
        return handle.createQuery("select der from vendor_root order by added_at, sha256")
                .map((rs, context) -> rs.getBytes("der"))
                .list();
    }

    List<VendorRoot> list(Handle handle) {
        return handle.createQuery("select *, name_of_actor(added_by, added_at) as by_name from vendor_root "
                        + "order by subject, sha256")
                .map((rs, context) -> new VendorRoot(
                        rs.getString("sha256"),
                        rs.getString("subject"),
                        rs.getObject("not_before", OffsetDateTime.class).toInstant(),
                        rs.getObject("not_after", OffsetDateTime.class).toInstant(),
                        false,
                        rs.getString("note"),
                        rs.getObject("added_at", OffsetDateTime.class).toInstant(),
                        rs.getString("added_by"),
                        rs.getString("by_name")))
                .list();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
