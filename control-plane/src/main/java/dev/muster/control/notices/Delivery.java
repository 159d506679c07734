package dev.muster.control.notices;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something to tell, and how that went; also its form on the wire.
 *
 * @param what firing, resolved or test
 * @param state waiting, sent or dead
 * @param said what came of the last attempt
 */
public record Delivery(
        UUID id,
        String channel,
        String what,
        String subject,
        String state,
        int attempts,
        Instant createdAt,
        Instant nextAt,
        @Nullable Instant settledAt,
        String said) {}
