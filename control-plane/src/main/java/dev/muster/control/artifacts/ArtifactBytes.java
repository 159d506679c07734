package dev.muster.control.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the bytes of artifacts lie, by their SHA-256: the file system here, an object store (with a local cache) later.
 * Implementations are thread-safe.
 */
public interface ArtifactBytes {
    /** Takes in a stream, hashing while it writes; nothing is visible under its hash before {@link Pending#keep}. */
    Pending receive(InputStream in, long maxBytes) throws IOException;

    /** A local file with the bytes, for reading only; empty if there are none of this hash. */
    Optional<Path> file(String sha256) throws IOException;

    /** Received bytes that nobody can see yet. Closing without {@link #keep} leaves nothing behind. */
    interface Pending extends AutoCloseable {
        /** Of the bytes, lower-case hex. */
        String sha256();

        /** In bytes. */
        long length();

        /** A local file with the bytes, for readers that need to seek; gone after {@link #close}. */
        Path file();

        /** Puts the bytes in place, durably and at once; equal bytes that are there already win. */
        void keep() throws IOException;

        @Override
        void close() throws IOException;
    }
}
