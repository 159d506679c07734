package dev.muster.control.permissions;

import java.time.Instant;

/** A policy document as written, also its form on the wire. */
public record StoredDocument(String kind, String name, String yaml, Instant updatedAt, String updatedBy) {
    /** What errors call it. */
    String source() {
        return kind + "/" + name;
    }
}
