package dev.muster.trust.client;

import java.io.IOException;
import java.util.Optional;

/** Where metadata files come from. Nothing that it returns is believed. */
public interface MetadataFetcher {
    /**
     * The file, or empty if the repository says that it does not exist.
     *
     * @param fileName already escaped, relative to the repository, such as {@code 3.root.json}
     * @param maxLength most bytes to read; implementations give up beyond it with
     *     {@link dev.muster.trust.TrustException.Length} and must not read an endless answer
     * @throws IOException if it cannot be known
     */
    Optional<byte[]> fetch(String fileName, long maxLength) throws IOException;
}
