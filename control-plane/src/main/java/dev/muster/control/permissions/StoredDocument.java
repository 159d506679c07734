package dev.muster.control.permissions;

import java.time.Instant;

/**
 * A policy document as written, also its form on the wire.
 *
 * @param updatedBy identity, {@code issuer#subject}
 * @param updatedByName name of that day, for people; proves nothing
 */
public record StoredDocument(
        String kind, String name, String yaml, Instant updatedAt, String updatedBy, String updatedByName) {
    /** What errors call it. */
    String source() {
        return kind + "/" + name;
    }
}
