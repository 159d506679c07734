package dev.muster.trust.repository;

import java.util.Optional;

/** Where a repository's files are kept, by file name as it is fetched, such as {@code 3.targets.json}. */
public interface RepositoryStorage {
    Optional<byte[]> read(String fileName);

    /** Keeps a file; names with a version are never written twice with different bytes. */
    void write(String fileName, byte[] bytes);
}
