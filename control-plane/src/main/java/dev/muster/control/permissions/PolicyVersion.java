package dev.muster.control.permissions;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A published snapshot of all documents, also its form on the wire. */
public record PolicyVersion(
        long version,
        String comment,
        Instant publishedAt,
        String publishedBy,
        @Nullable UUID rollout) {}
