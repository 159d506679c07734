package dev.muster.control.incoming;

import dev.muster.control.artifacts.Upload;
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
import org.jspecify.annotations.Nullable;

/** Rows of {@code artifact_upload}. */
@Singleton
final class OpenUploadStore {
    private static final String SELECT =
            "select *, name_of_actor(created_by, created_at) as created_by_name from artifact_upload ";

    /** How many are open and changed after {@code since}; it cannot grow until the transaction ends. */
    int lockCount(Handle handle, Instant since) {
        handle.createQuery("select 1 from tenant where tenant = current_tenant() for no key update")
                .mapTo(Integer.class)
                .one();
        return handle.createQuery("select count(*) from artifact_upload where artifact is null and changed_at > :since")
                .bind("since", utc(since))
                .mapTo(Integer.class)
                .one();
    }

    void insert(Handle handle, OpenUpload upload) {
        Optional<Upload.Image> image =
                upload.what() instanceof Upload.Image found ? Optional.of(found) : Optional.empty();
        handle.createUpdate("""
                        insert into artifact_upload (id, kind, name, version, hardware, release_counter, file_name,
                                                     length, sha256, created_at, changed_at, created_by)
                        values (:id, :kind, :name, :version, :hardware, :counter, :file, :length, :sha256, :at, :at, :by)""")
                .bind("id", upload.id())
                .bind("kind", image.isPresent() ? "image" : "app")
                .bind("name", image.flatMap(Upload.Image::name))
                .bind("version", image.flatMap(Upload.Image::version))
                .bind("hardware", image.flatMap(Upload.Image::hardware))
                .bind("counter", image.map(Upload.Image::releaseCounter))
                .bind("file", upload.fileName())
                .bind("length", upload.length())
                .bind("sha256", upload.sha256())
                .bind("at", utc(upload.createdAt()))
                .bind("by", upload.createdBy())
                .execute();
    }

    /** One that changed after {@code since}, finished or not. */
    Optional<OpenUpload> find(Handle handle, UUID id, Instant since) {
        return handle.createQuery(SELECT + "where id = :id and changed_at > :since")
                .bind("id", id)
                .bind("since", utc(since))
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Those that are open and changed after {@code since}, newest first. */
    List<OpenUpload> open(Handle handle, Instant since) {
        return handle.createQuery(SELECT
                        + "where artifact is null and changed_at > :since order by created_at desc, id limit 200")
                .bind("since", utc(since))
                .map((rs, context) -> read(rs))
                .list();
    }

    void progress(Handle handle, UUID id, long received, Instant now) {
        handle.createUpdate("update artifact_upload set received = :received, changed_at = :now "
                        + "where id = :id and artifact is null")
                .bind("id", id)
                .bind("received", received)
                .bind("now", utc(now))
                .execute();
    }

    void finish(Handle handle, UUID id, String artifact, Instant now) {
        handle.createUpdate("update artifact_upload set artifact = :artifact, changed_at = :now where id = :id")
                .bind("id", id)
                .bind("artifact", artifact)
                .bind("now", utc(now))
                .execute();
    }

    /** Takes the row away; false if there was none that is open. */
    boolean abandon(Handle handle, UUID id) {
        return handle.createUpdate("delete from artifact_upload where id = :id and artifact is null")
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** Forgets those that did not change since {@code before}; gives their ids. */
    List<UUID> forget(Handle handle, Instant before) {
        return handle.createQuery("delete from artifact_upload where changed_at <= :before returning id")
                .bind("before", utc(before))
                .mapTo(UUID.class)
                .list();
    }

    /** Those of the ids that have a row. */
    List<UUID> known(Handle handle, Collection<UUID> ids) {
        return handle.createQuery("select id from artifact_upload where id = any(:ids)")
                .bind("ids", ids.toArray(UUID[]::new))
                .mapTo(UUID.class)
                .list();
    }

    private static OpenUpload read(ResultSet rs) throws SQLException {
        return new OpenUpload(
                rs.getObject("id", UUID.class),
                what(rs),
                rs.getString("file_name"),
                rs.getLong("length"),
                text(rs, "sha256"),
                rs.getLong("received"),
                text(rs, "artifact"),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                rs.getObject("changed_at", OffsetDateTime.class).toInstant(),
                rs.getString("created_by"),
                rs.getString("created_by_name"));
    }

    private static Upload what(ResultSet rs) throws SQLException {
        return rs.getString("kind").equals("app")
                ? new Upload.App()
                : new Upload.Image(
                        text(rs, "name"), text(rs, "version"), text(rs, "hardware"), rs.getLong("release_counter"));
    }

    private static Optional<String> text(ResultSet rs, String column) throws SQLException {
        @Nullable String value = rs.getString(column);
        return Optional.ofNullable(value);
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
