package dev.muster.control.trustrepo;

import dev.muster.control.tenancy.Question;
import dev.muster.control.tenancy.Trip;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import dev.muster.trust.repository.DirectorDocument;
import dev.muster.trust.repository.RepositoryStorage;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Rows of {@code trust_file} and {@code director_document}. */
@Singleton
final class TrustFileStore {
    private final Clock clock;

    TrustFileStore(Clock clock) {
        this.clock = clock;
    }

    /** Which of the two repositories. */
    enum Repository {
        IMAGES("images"),
        DIRECTOR("director");

        private final String text;

        Repository(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** Nobody else publishes for this tenant until the transaction ends. */
    void lock(Handle handle, TenantId tenant) {
        handle.createQuery("select 1 from (select pg_advisory_xact_lock(hashtext('trust'), hashtext(:tenant))) locked")
                .bind("tenant", tenant.value())
                .mapTo(Integer.class)
                .one();
    }

    Optional<byte[]> read(Handle handle, Repository repository, String name) {
        return handle.createQuery("select body from trust_file where repository = :repository and name = :name")
                .bind("repository", repository.text())
                .bind("name", name)
                .map((rs, context) -> rs.getBytes("body"))
                .findOne();
    }

    /** When the file was last written. */
    Optional<Instant> writtenAt(Handle handle, Repository repository, String name) {
        return handle.createQuery("select written_at from trust_file where repository = :repository and name = :name")
                .bind("repository", repository.text())
                .bind("name", name)
                .map((rs, context) ->
                        rs.getObject("written_at", OffsetDateTime.class).toInstant())
                .findOne();
    }

    /** The root with the highest version. */
    Optional<byte[]> newestRoot(Handle handle, Repository repository) {
        return Trip.first(handle, newestRoot(repository));
    }

    /** The same on a trip. */
    Question<byte[]> newestRoot(Repository repository) {
        return new Question<>("""
                        select body from trust_file where repository = ? and name ~ '^[0-9]+\\.root\\.json$'
                         order by cast(split_part(name, '.', 1) as bigint) desc limit 1""", List.of(repository.text()), rs -> rs.getBytes("body"));
    }

    /** Every root by its file name: a device follows them one after the other from the one it has. */
    Map<String, byte[]> roots(Handle handle, Repository repository) {
        return handle
                .createQuery(
                        "select name, body from trust_file where repository = :repository and name ~ '^[0-9]+\\.root\\.json$'")
                .bind("repository", repository.text())
                .map((rs, context) -> Map.entry(rs.getString("name"), rs.getBytes("body")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    void write(Handle handle, Repository repository, String name, byte[] body) {
        handle.createUpdate("""
                        insert into trust_file (repository, name, body, written_at)
                        values (:repository, :name, :body, :now)
                        on conflict (tenant, repository, name) do update
                           set body = excluded.body, written_at = excluded.written_at""")
                .bind("repository", repository.text())
                .bind("name", name)
                .bind("body", body)
                .bind("now", utc(clock.instant()))
                .execute();
    }

    /** The image repository's files, in the caller's transaction. */
    RepositoryStorage images(Handle handle) {
        return new RepositoryStorage() {
            @Override
            public Optional<byte[]> read(String fileName) {
                return TrustFileStore.this.read(handle, Repository.IMAGES, fileName);
            }

            @Override
            public void write(String fileName, byte[] bytes) {
                TrustFileStore.this.write(handle, Repository.IMAGES, fileName, bytes);
            }
        };
    }

    /** The newest document of the device. */
    Optional<SignedFor> newestDocument(Handle handle, DeviceId device) {
        return Trip.first(handle, newestDocument(device));
    }

    /** The same on a trip. */
    Question<SignedFor> newestDocument(DeviceId device) {
        return new Question<>(
                "select version, generation, signed_at, expires_at, timestamp, keys from director_document "
                        + "where device = ? order by version desc limit 1",
                List.of(device.value()),
                TrustFileStore::signedFor);
    }

    /**
     * Locks the device's row where its generation is another than that of the newest document; a device that only asks whether
     * there is news writes nothing. Answers the device's id if it did.
     */
    Question<String> lockIfNews(DeviceId device) {
        return new Question<>("""
                        select d.id from device d where d.id = ? and d.generation is distinct from (
                            select s.generation from director_document s where s.device = d.id order by s.version desc limit 1)
                           for no key update of d""", List.of(device.value()), rs -> rs.getString("id"));
    }

    /** Locks the device's row in any case; answers the device's id, if there is such a device. */
    Question<String> lockDevice(DeviceId device) {
        return new Question<>(
                "select id from device where id = ? for no key update",
                List.of(device.value()),
                rs -> rs.getString("id"));
    }

    /** {@code part} (snapshot or targets) of one version; empty where it is gone or never was. */
    Optional<byte[]> part(Handle handle, DeviceId device, long version, DocumentPart part) {
        return handle.createQuery("select " + part.column() + " as body from director_document "
                        + "where device = :device and version = :version")
                .bind("device", device)
                .bind("version", version)
                .map((rs, context) -> rs.getBytes("body"))
                .findOne();
    }

    void put(Handle handle, DeviceId device, long generation, String keys, DirectorDocument document) {
        Map<String, byte[]> files = document.files();
        long version = document.version();
        // One statement, because this is done for every device of a rollout.
        handle.createUpdate("""
                        with gone as (delete from director_document where device = :device and version < :version - 1)
                        insert into director_document
                            (device, version, generation, targets, snapshot, timestamp, signed_at, expires_at, keys)
                        values (:device, :version, :generation, :targets, :snapshot, :timestamp, :now, :expires, :keys)""")
                .bind("device", device)
                .bind("version", version)
                .bind("generation", generation)
                .bind("keys", keys)
                .bind("targets", files.get(DocumentPart.TARGETS.fileName(version)))
                .bind("snapshot", files.get(DocumentPart.SNAPSHOT.fileName(version)))
                .bind("timestamp", files.get("timestamp.json"))
                .bind("now", utc(clock.instant()))
                .bind("expires", utc(document.expires()))
                .execute();
    }

    /**
     * A director document without its larger parts.
     *
     * @param keys ids of the keys that signed it, with commas between; empty where it was signed before they were noted
     */
    record SignedFor(
            long version, long generation, Instant signedAt, Instant expires, Timestamp timestamp, String keys) {}

    /** The bytes of a timestamp file. */
    static final class Timestamp {
        private final byte[] bytes;

        Timestamp(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /** The versioned files of a director document. */
    enum DocumentPart {
        SNAPSHOT("snapshot"),
        TARGETS("targets");

        private final String column;

        DocumentPart(String column) {
            this.column = column;
        }

        String column() {
            return column;
        }

        String fileName(long version) {
            return version + "." + column + ".json";
        }
    }

    private static SignedFor signedFor(ResultSet rs) throws SQLException {
        return new SignedFor(
                rs.getLong("version"),
                rs.getLong("generation"),
                rs.getObject("signed_at", OffsetDateTime.class).toInstant(),
                rs.getObject("expires_at", OffsetDateTime.class).toInstant(),
                new Timestamp(rs.getBytes("timestamp")),
                rs.getString("keys"));
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
