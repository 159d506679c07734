package dev.muster.control.trustrepo;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.muster.control.trustrepo.TrustFileStore.DocumentPart;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.trust.repository.DirectorDocument;
import java.time.Duration;
import java.util.Optional;

/**
 * Documents that were signed a moment ago: the device that made us sign one comes for its parts next, and they never change.
 * Thread-safe.
 */
final class RecentDocuments {
    private static final Duration COMES_WITHIN = Duration.ofMinutes(1);
    private static final int MOST_BYTES = 16 << 20;

    private final Cache<Key, DirectorDocument> documents = Caffeine.newBuilder()
            .expireAfterWrite(COMES_WITHIN)
            .maximumWeight(MOST_BYTES)
            .weigher((Key key, DirectorDocument document) -> document.files().values().stream()
                    .mapToInt(bytes -> bytes.length)
                    .sum())
            .build();

    private record Key(DeviceRef device, long version) {}

    /** Keeps a document that is committed. */
    void add(DeviceRef device, DirectorDocument document) {
        documents.put(new Key(device, document.version()), document);
    }

    /** The bytes of a part; empty where the document is not here, whether or not there is one. */
    Optional<byte[]> part(DeviceRef device, long version, DocumentPart part) {
        DirectorDocument document = documents.getIfPresent(new Key(device, version));
        return document == null
                ? Optional.empty()
                : Optional.ofNullable(document.files().get(part.fileName(version)));
    }
}
