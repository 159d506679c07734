package dev.muster.control.groups;

import java.time.Instant;

/**
 * A group of devices; also its form on the wire.
 *
 * @param query of a dynamic group, empty for a static one
 * @param members how many of its devices are in scope of who asks
 * @param revision grows by one with every change; its ETag
 */
public record Group(
        String name,
        Kind kind,
        String query,
        String description,
        long members,
        long revision,
        Instant createdAt,
        String createdBy,
        String createdByName) {
    /** Where membership comes from. */
    public enum Kind {
        STATIC,
        DYNAMIC
    }
}
