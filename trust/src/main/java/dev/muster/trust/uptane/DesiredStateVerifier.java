package dev.muster.trust.uptane;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MetadataFetcher;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Director and image repository together: the only way to a {@link VerifiedDesiredState}. Not thread-safe.
 */
// Signatures first; the bodies follow.
@SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"})
public final class DesiredStateVerifier {
    /**
     * @param directory where verified metadata is kept: {@code director/}, {@code images/} and the last verified state
     * @param rules the caller's part
     */
    public DesiredStateVerifier(
            Path directory,
            MetadataFetcher director,
            MetadataFetcher images,
            InstantSource clock,
            Limits limits,
            DeviceRules rules) {}

    /** Anchors both repositories; no effect on a repository that already has its anchor. */
    public void initialise(byte[] directorRoot, byte[] imagesRoot) {
        throw new UnsupportedOperationException();
    }

    /**
     * Fetches and verifies. On any failure the last verified state stays what it was.
     *
     * @throws TrustException one type per class of failure
     */
    public VerifiedDesiredState refresh() {
        throw new UnsupportedOperationException();
    }

    /** The last state that {@link #refresh} returned, also after a restart, offline and when its metadata expired. */
    public Optional<VerifiedDesiredState> lastVerified() {
        throw new UnsupportedOperationException();
    }
}
