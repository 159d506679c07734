package dev.muster.control.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where the bytes of artifacts lie, by their SHA-256: the file system or an S3 bucket, which pass the same contract test.
 * A hash that is none finds nothing. Implementations are thread-safe.
 */
public interface ArtifactBytes {
    /** Takes in a stream, hashing while it writes; nothing is visible under its hash before {@link Pending#keep}. */
    Pending receive(InputStream in, long maxBytes) throws IOException;

    /**
     * The same for a file that is whole on this machine. The file stays where it is, whatever comes of it.
     *
     * @param sha256 of its bytes, computed by the caller
     */
    Pending adopt(Path file, String sha256, long length);

    /** The bytes with this hash; empty if there are none. */
    Optional<Stored> find(String sha256) throws IOException;

    /** A local file with the bytes, for reading only, brought here if need be; empty if there are none of this hash. */
    Optional<Path> file(String sha256) throws IOException;

    /**
     * Hashes of what {@link Pending#keepHere} put in place and what has not reached the store behind the network yet; nothing
     * where there is no network.
     *
     * @param before last written before then
     */
    List<String> unsent(Instant before) throws IOException;

    /** Brings bytes of {@link #unsent} to the store; nothing happens if they are there or gone. */
    void send(String sha256) throws IOException;

    /** Takes the bytes away; nothing happens if there are none. Only the collection of garbage calls this. */
    void delete(String sha256) throws IOException;

    /** Bytes in place. They never change. */
    interface Stored {
        /** In bytes. */
        long length();

        /** Reads {@code count} bytes from {@code from} on, which lie within the whole; the caller closes. */
        InputStream open(long from, long count) throws IOException;

        /** A file of this machine that holds them, which sends faster than a stream; empty for an object store. */
        Optional<Path> local();
    }

    /** Received bytes that nobody can see yet. Closing without {@link #keep} leaves nothing behind. */
    interface Pending extends AutoCloseable {
        /** Of the bytes, lower-case hex. */
        String sha256();

        /** In bytes. */
        long length();

        /** A local file with the bytes, for readers that need to seek; gone after {@link #close} unless it was adopted. */
        Path file();

        /** Puts the bytes in place, durably and at once; equal bytes that are there already win. */
        void keep() throws IOException;

        /**
         * Puts the bytes in place durably and at once without asking the network, so that a transaction may wait for it; where
         * the store is behind the network, {@link ArtifactBytes#send} brings them there afterwards. For received bytes only.
         */
        void keepHere() throws IOException;

        @Override
        void close() throws IOException;
    }
}
