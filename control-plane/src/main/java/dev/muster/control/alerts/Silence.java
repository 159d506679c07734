package dev.muster.control.alerts;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A time in which nobody is told of some alerts; they stay in the book.
 *
 * @param selector RSQL; empty for every device
 * @param rule empty for every rule
 */
public record Silence(
        UUID id,
        String selector,
        String rule,
        String reason,
        Instant createdAt,
        String createdBy,
        String createdByName,
        Instant until,
        @Nullable Instant endedAt) {
    /** Whether it is on; for lists. */
    public boolean isActiveAt(Instant now) {
        return endedAt == null && until.isAfter(now);
    }
}
