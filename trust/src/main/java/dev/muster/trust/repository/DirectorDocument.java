package dev.muster.trust.repository;

import java.time.Instant;
import java.util.Map;

/**
 * One device's signed director metadata. Immutable: treat the byte arrays as such.
 *
 * @param version of all three files
 * @param files {@code <version>.targets.json}, {@code <version>.snapshot.json} and {@code timestamp.json}
 */
public record DirectorDocument(long version, Instant expires, Map<String, byte[]> files) {
    public DirectorDocument {
        files = Map.copyOf(files);
    }
}
