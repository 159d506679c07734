package dev.muster.control.releases;

import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.protocol.desired.TargetName;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Rows of {@code release} and {@code release_target}. */
@Singleton
final class ReleaseStore {
    private final ArtifactService artifacts;

    ReleaseStore(ArtifactService artifacts) {
        this.artifacts = artifacts;
    }

    /** Adds the release; false if its name and version are taken. */
    boolean insert(Handle handle, Release release) {
        int inserted = handle.createUpdate("""
                        insert into release (id, name, version, requires, created_at, created_by)
                        values (:id, :name, :version, cast(:requires as jsonb), :at, :by) on conflict (tenant, name, version) do nothing""")
                .bind("id", release.id())
                .bind("name", release.name())
                .bind("version", release.version())
                .bind("requires", release.requires().json())
                .bind("at", OffsetDateTime.ofInstant(release.createdAt(), ZoneOffset.UTC))
                .bind("by", release.createdBy())
                .execute();
        if (inserted == 0) {
            return false;
        }
        for (Release.Target target : release.targets()) {
            row(
                    handle,
                    release.id(),
                    target.name(),
                    target.content().hardware(),
                    Optional.of(target.content().sha256()));
        }
        release.absent().forEach(name -> row(handle, release.id(), name, "", Optional.empty()));
        return true;
    }

    private static void row(Handle handle, UUID release, TargetName name, String hardware, Optional<String> sha256) {
        handle.createUpdate("insert into release_target (release, name, hardware, sha256) "
                        + "values (:release, :name, :hardware, :sha256)")
                .bind("release", release)
                .bind("name", name.text())
                .bind("hardware", hardware)
                .bind("sha256", sha256)
                .execute();
    }

    Optional<Release> find(Handle handle, UUID id) {
        return handle.createQuery(
                        "select *, name_of_actor(created_by, created_at) as created_by_name from release where id = :id")
                .bind("id", id)
                .map((rs, context) -> release(handle, rs))
                .findOne();
    }

    /** The release of this name and version, and those of the same name that were made later; none if there is no such. */
    List<Release> since(Handle handle, String name, String version) {
        return handle.createQuery("""
                        select id from release where name = :name and created_at >=
                            (select created_at from release where name = :name and version = :version)
                         order by created_at, id""").bind("name", name).bind("version", version).mapTo(UUID.class).list().stream()
                .map(id -> find(handle, id).orElseThrow())
                .toList();
    }

    /** Newest first, from the place {@code skip} on. */
    List<Release> list(Handle handle, long skip, int limit) {
        List<UUID> ids = handle.createQuery(
                        "select id from release order by created_at desc, id limit :limit offset :skip")
                .bind("limit", limit)
                .bind("skip", skip)
                .mapTo(UUID.class)
                .list();
        return ids.stream().map(id -> find(handle, id).orElseThrow()).toList();
    }

    private Release release(Handle handle, ResultSet rs) throws SQLException {
        UUID id = rs.getObject("id", UUID.class);
        List<Release.Target> targets = new ArrayList<>();
        List<TargetName> absent = new ArrayList<>();
        handle.createQuery("select name, sha256 from release_target where release = :id order by name, hardware")
                .bind("id", id)
                .map((row, context) ->
                        new Row(TargetName.parse(row.getString("name")), Optional.ofNullable(row.getString("sha256"))))
                .list()
                .forEach(row -> {
                    if (row.sha256().isEmpty()) {
                        absent.add(row.name());
                    } else {
                        Artifact artifact =
                                artifacts.find(handle, row.sha256().get()).orElseThrow();
                        targets.add(new Release.Target(row.name(), artifact.present()));
                    }
                });
        return new Release(
                id,
                rs.getString("name"),
                rs.getString("version"),
                targets,
                absent,
                Requirements.parse(rs.getString("requires")),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                rs.getString("created_by"),
                rs.getString("created_by_name"));
    }

    private record Row(TargetName name, Optional<String> sha256) {}
}
