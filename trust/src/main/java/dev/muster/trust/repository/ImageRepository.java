package dev.muster.trust.repository;

import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.metadata.TargetFile;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The image repository of one tenant: all bytes that may ever run or apply on its devices, and who vouches for them.
 * Immutable; every change gives a new value, and {@link #changedFiles()} what has to be stored for it.
 */
// Signatures first; the bodies follow.
@SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"})
public final class ImageRepository {
    private ImageRepository() {}

    /** A new repository: root, the delegations of {@link Delegation#standard}, everything at version 1, published. */
    public static ImageRepository create(KeyRing keys, Validity validity, Instant now) {
        throw new UnsupportedOperationException();
    }

    /** The newest published state in {@code storage}, verified against its own root; empty if there is none. */
    public static Optional<ImageRepository> load(RepositoryStorage storage) {
        throw new UnsupportedOperationException();
    }

    /**
     * Lets {@code role} vouch for a target under {@code path}; nothing is published yet.
     *
     * @throws IllegalArgumentException if no delegation gives that path to that role
     */
    public ImageRepository withTarget(String role, String path, TargetFile file, KeyRing keys, Instant now) {
        throw new UnsupportedOperationException();
    }

    /** Signs a new snapshot and timestamp over the current roles. */
    public ImageRepository publish(KeyRing keys, Instant now) {
        throw new UnsupportedOperationException();
    }

    /** Files, by name, that are new since this repository was created or loaded; write all, the timestamp last. */
    public Map<String, byte[]> changedFiles() {
        throw new UnsupportedOperationException();
    }

    /** Writes {@link #changedFiles()} in an order that never shows a client half a publication. */
    public void store(RepositoryStorage storage) {
        throw new UnsupportedOperationException();
    }

    /** What the repository says about {@code path}, if anything. */
    public Optional<TargetFile> target(String path) {
        throw new UnsupportedOperationException();
    }
}
