package dev.muster.control.trustrepo;

import dev.muster.control.trustrepo.TrustFileStore.Repository;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.trust.client.MetadataFiles;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.Timestamp;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** All metadata that devices would fetch, for those who cannot; every method joins the caller's transaction. Thread-safe. */
@Singleton
public final class MetadataExport {
    private final TrustFileStore store;
    private final TrustService trust;
    private final DirectorService director;

    MetadataExport(TrustFileStore store, TrustService trust, DirectorService director) {
        this.store = store;
        this.trust = trust;
        this.director = director;
    }

    /**
     * Files of one repository.
     *
     * @param files by the name they are fetched by
     * @param expires when the first of those that devices need now ends
     */
    public record Files(Map<String, byte[]> files, Instant expires) {}

    /** The director repository as the device sees it, its document signed now if that is due; empty for an unknown device. */
    public Optional<Files> director(Handle handle, DeviceRef device) {
        return director.whole(handle, device).map(document -> {
            Map<String, byte[]> files = new TreeMap<>(store.roots(handle, Repository.DIRECTOR));
            files.putAll(document.files());
            return new Files(files, document.expires());
        });
    }

    /** The image repository. */
    public Files images(Handle handle, TenantId tenant) {
        byte[] timestamp = trust.imageTimestamp(handle, tenant);
        Map<String, byte[]> files = new TreeMap<>(store.roots(handle, Repository.IMAGES));
        files.put(MetadataFiles.name(Timestamp.TYPE, OptionalLong.empty()), timestamp);
        Signed<Timestamp> stamp = Signed.timestamp(timestamp);
        Instant expires = stamp.metadata().expires();
        byte[] snapshot = add(
                        handle,
                        files,
                        Snapshot.TYPE,
                        stamp.metadata().snapshot().version())
                .orElseThrow();
        Signed<Snapshot> listed = Signed.snapshot(snapshot);
        if (listed.metadata().expires().isBefore(expires)) {
            expires = listed.metadata().expires();
        }
        for (Map.Entry<String, MetaFile> role : listed.metadata().files().entrySet()) {
            // A role that was revoked stays listed and is not fetched any more.
            Optional<byte[]> found =
                    add(handle, files, role.getKey(), role.getValue().version());
            if (found.isPresent()) {
                Instant end =
                        Signed.targets(role.getKey(), found.get()).metadata().expires();
                expires = end.isBefore(expires) ? end : expires;
            }
        }
        return new Files(files, expires);
    }

    private Optional<byte[]> add(Handle handle, Map<String, byte[]> files, String role, long version) {
        String name = MetadataFiles.name(role, OptionalLong.of(version));
        Optional<byte[]> found = store.read(handle, Repository.IMAGES, name);
        found.ifPresent(bytes -> files.put(name, bytes));
        return found;
    }
}
