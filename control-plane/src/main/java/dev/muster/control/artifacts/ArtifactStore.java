package dev.muster.control.artifacts;

import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Rows of {@code artifact}. */
@Singleton
final class ArtifactStore {
    private static final String SELECT =
            "select *, name_of_actor(uploaded_by, uploaded_at) as uploaded_by_name from artifact";

    /** Adds the row; false if the bytes are known already. What was collected before comes back as it is described now. */
    boolean insert(Handle handle, Artifact artifact) {
        return handle.createUpdate("""
                        insert into artifact (sha256, length, kind, name, version, version_code, version_name, hardware,
                                              release_counter, path, signer, apl, permissions, details, uploaded_at, uploaded_by)
                        values (:sha256, :length, :kind, :name, :version, :versionCode, :versionName, :hardware,
                                :counter, :path, :signer, :apl, :permissions, cast(:details as jsonb), :at, :by)
                        on conflict (tenant, sha256) do update set
                            kind = excluded.kind, name = excluded.name, version = excluded.version,
                            version_code = excluded.version_code, version_name = excluded.version_name,
                            hardware = excluded.hardware, release_counter = excluded.release_counter,
                            path = excluded.path, signer = excluded.signer, apl = excluded.apl,
                            permissions = excluded.permissions, details = excluded.details,
                            uploaded_at = excluded.uploaded_at, uploaded_by = excluded.uploaded_by,
                            uploaded_again_at = null, unneeded_since = null, collected_at = null, bytes_gone_at = null
                        where artifact.collected_at is not null""")
                        .bind("sha256", artifact.sha256())
                        .bind("length", artifact.length())
                        .bind("kind", artifact.kind().text())
                        .bind("name", artifact.name())
                        .bind("version", artifact.version())
                        .bind("versionCode", artifact.versionCode())
                        .bind("versionName", artifact.versionName())
                        .bind("hardware", artifact.hardware())
                        .bind("counter", artifact.releaseCounter())
                        .bind("path", artifact.path())
                        .bind("signer", artifact.signer())
                        .bind("apl", artifact.apl())
                        .bind("permissions", artifact.permissions().toArray(String[]::new))
                        .bind("details", artifact.details().json())
                        .bind("at", OffsetDateTime.ofInstant(artifact.uploadedAt(), ZoneOffset.UTC))
                        .bind("by", artifact.uploadedBy())
                        .execute()
                == 1;
    }

    /** With one that was collected: what was made of it still names it. */
    Optional<Artifact> find(Handle handle, String sha256) {
        return handle.createQuery(SELECT + "  where sha256 = :sha256")
                .bind("sha256", sha256)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Without one that was collected. */
    Optional<Artifact> present(Handle handle, String sha256) {
        return handle.createQuery(SELECT + " where sha256 = :sha256 and collected_at is null")
                .bind("sha256", sha256)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** The artifact, which nobody can take away until the transaction ends; others may hold it too. */
    Optional<Artifact> hold(Handle handle, String sha256) {
        return handle.createQuery(
                        "select sha256 from artifact where sha256 = :sha256 and collected_at is null for key share")
                .bind("sha256", sha256)
                .mapTo(String.class)
                .findOne()
                .flatMap(held -> find(handle, held));
    }

    /** The same for bytes that were uploaded again: they are wanted from {@code now} on. */
    Optional<Artifact> touch(Handle handle, String sha256, Instant now) {
        int touched = handle.createUpdate("update artifact set unneeded_since = null, uploaded_again_at = :now "
                        + "where sha256 = :sha256 and collected_at is null")
                .bind("sha256", sha256)
                .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                .execute();
        return touched == 0 ? Optional.empty() : find(handle, sha256);
    }

    /** Nobody takes bytes away until the transaction ends; uploads do not wait for each other. */
    void lockBytes(Handle handle) {
        handle.createQuery(
                        "select 1 from (select pg_advisory_xact_lock_shared(hashtext('artifact'), hashtext('bytes'))) locked")
                .mapTo(Integer.class)
                .one();
    }

    /** Says that bytes are on their way into place: until then they are not garbage, although no row names them. */
    void claim(Handle handle, UUID claim, String sha256, Instant until) {
        lockBytes(handle);
        handle.createUpdate("insert into artifact_claim (id, sha256, until) values (:id, :sha256, :until)")
                .bind("id", claim)
                .bind("sha256", sha256)
                .bind("until", OffsetDateTime.ofInstant(until, ZoneOffset.UTC))
                .execute();
    }

    void endClaim(Handle handle, UUID claim) {
        handle.createUpdate("delete from artifact_claim where id = :id")
                .bind("id", claim)
                .execute();
    }

    /** Another package of the same app with the same version code, if there is one. */
    Optional<Artifact> sameVersion(Handle handle, Artifact app) {
        return handle.createQuery(SELECT + "  where kind = 'app' and name = :name "
                        + "and version_code = :versionCode and sha256 <> :sha256 limit 1")
                .bind("name", app.name())
                .bind("versionCode", app.versionCode())
                .bind("sha256", app.sha256())
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** What people uploaded, newest first, from the place {@code skip} on. */
    List<Artifact> list(Handle handle, long skip, int limit) {
        return handle.createQuery(SELECT + "  where kind in ('image', 'app') and collected_at is null "
                        + "order by uploaded_at desc, sha256 limit :limit offset :skip")
                .bind("limit", limit)
                .bind("skip", skip)
                .map((rs, context) -> read(rs))
                .list();
    }

    private static Artifact read(ResultSet rs) throws SQLException {
        Array permissions = rs.getArray("permissions");
        return new Artifact(
                rs.getString("sha256"),
                rs.getLong("length"),
                Artifact.Kind.parse(rs.getString("kind")),
                rs.getString("name"),
                rs.getString("version"),
                rs.getLong("version_code"),
                rs.getString("version_name"),
                rs.getString("hardware"),
                rs.getLong("release_counter"),
                rs.getString("signer"),
                rs.getString("apl"),
                List.of((String[]) permissions.getArray()),
                ArtifactDetails.parse(rs.getString("details")),
                rs.getObject("uploaded_at", OffsetDateTime.class).toInstant(),
                rs.getString("uploaded_by"),
                rs.getString("uploaded_by_name"));
    }
}
