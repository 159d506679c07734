package dev.muster.control.help;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session, also its form on the wire.
 *
 * @param state asked (waits for a second person), ready, starting, open or over
 * @param askedBy identity, {@code issuer#subject}
 * @param askedByName name of that day, for people; proves nothing
 * @param until when it has begun, or once it has: when it is over
 * @param bytesUp from the device
 * @param bytesDown to the device
 * @param digest SHA-256 of all frames so far
 */
public record HelpSession(
        UUID id,
        String device,
        String kind,
        String subject,
        String reason,
        int minutes,
        String state,
        Instant askedAt,
        String askedBy,
        @Nullable String askedByName,
        Instant until,
        @Nullable Instant openedAt,
        @Nullable Instant endedAt,
        @Nullable String endReason,
        long bytesUp,
        long bytesDown,
        String digest) {
    boolean isOver() {
        return state.equals("over");
    }

    boolean isTerminal() {
        return kind.equals("terminal");
    }
}
