package dev.muster.control.uploads;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.upload.UploadRequest;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Rows of {@code upload}. */
@Singleton
final class UploadStore {
    /** Bytes that were announced. */
    record Kept(long device, long tenant) {}

    /** What is kept, of the device and of all, which cannot grow until the transaction ends. */
    Kept lockKept(Handle handle, DeviceId device) {
        handle.createQuery("select 1 from tenant where tenant = current_tenant() for no key update")
                .mapTo(Integer.class)
                .one();
        return handle.createQuery("select coalesce(sum(length) filter (where device = :device), 0) as of_device, "
                        + "coalesce(sum(length), 0) as of_all from upload")
                .bind("device", device)
                .map((rs, context) -> new Kept(rs.getLong("of_device"), rs.getLong("of_all")))
                .one();
    }

    void insert(Handle handle, UUID id, UUID command, DeviceId device, UploadRequest request, Instant now) {
        handle.createUpdate("""
                        insert into upload (id, command, device, length, sha256, created_at, changed_at)
                        values (:id, :command, :device, :length, :sha256, :now, :now)""")
                .bind("id", id)
                .bind("command", command)
                .bind("device", device)
                .bind("length", request.length())
                .bind("sha256", request.sha256())
                .bind("now", utc(now))
                .execute();
    }

    Optional<Upload> of(Handle handle, UUID command, DeviceId device) {
        return handle.createQuery(
                        "select * from upload where command = :command and device = :device for no key update")
                .bind("command", command)
                .bind("device", device)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Locks an upload of this device; one of another is none. */
    Optional<Upload> lock(Handle handle, UUID id, DeviceId device) {
        return handle.createQuery("select * from upload where id = :id and device = :device for no key update")
                .bind("id", id)
                .bind("device", device)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** A complete upload of a device in scope. */
    Optional<Upload> complete(Handle handle, Scope scope, UUID id) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select u.* from upload u join device d on d.id = u.device "
                        + "where u.id = :id and u.complete and " + allowed.sql())
                .bind("id", id)
                .bindMap(allowed.binds())
                .map((rs, context) -> read(rs))
                .findOne();
    }

    void progress(Handle handle, UUID id, long received, boolean complete, Instant now) {
        handle.createUpdate(
                        "update upload set received = :received, complete = :complete, changed_at = :now where id = :id")
                .bind("id", id)
                .bind("received", received)
                .bind("complete", complete)
                .bind("now", utc(now))
                .execute();
    }

    /** Forgets those announced before {@code before}; gives their ids. */
    List<UUID> forget(Handle handle, Instant before) {
        return handle.createQuery("delete from upload where created_at < :before returning id")
                .bind("before", utc(before))
                .mapTo(UUID.class)
                .list();
    }

    /** Those of the ids that have a row. */
    List<UUID> known(Handle handle, Collection<UUID> ids) {
        return handle.createQuery("select id from upload where id = any(:ids)")
                .bind("ids", ids.toArray(UUID[]::new))
                .mapTo(UUID.class)
                .list();
    }

    private static Upload read(ResultSet rs) throws SQLException {
        return new Upload(
                rs.getObject("id", UUID.class),
                rs.getObject("command", UUID.class),
                new DeviceId(rs.getString("device")),
                rs.getLong("length"),
                rs.getString("sha256"),
                rs.getLong("received"),
                rs.getBoolean("complete"));
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
