package dev.muster.trust.repository;

import java.util.Optional;

/**
 * Where a repository's files are kept, by file name as it is fetched, such as {@code 3.targets.json}, or
 * {@code timestamp.json}. Names that begin with a version are written once; {@code timestamp.json} and
 * {@code root.json} are replaced.
 */
public interface RepositoryStorage {
    /** The file, or empty. */
    Optional<byte[]> read(String fileName);

    /** Keeps a file, replacing what was there. */
    void write(String fileName, byte[] bytes);
}
