package dev.muster.control.breakglass;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One break-glass login, without its secret.
 *
 * @param hash SHA-256 of the secret, in hexadecimal
 * @param failures wrong secrets brought under its id
 * @param endedAt when it was revoked, or ended by too many wrong secrets
 */
record BreakGlass(
        String id,
        String hash,
        String createdBy,
        Instant expiresAt,
        @Nullable Instant firstUsedAt,
        int failures,
        @Nullable Instant endedAt) {
    /** From its first use on it is good for so long: long enough to give somebody rights again, no way to work for a day. */
    static final Duration USE = Duration.ofHours(1);

    /** So many wrong secrets end it: its id was known, so somebody is near. */
    static final int MOST_FAILURES = 5;

    /** Whether it lets anybody in at {@code now}. */
    boolean goodAt(Instant now) {
        return endedAt == null && now.isBefore(until());
    }

    /** When it ends by itself. */
    Instant until() {
        Instant used = firstUsedAt == null ? expiresAt : firstUsedAt.plus(USE);
        return used.isBefore(expiresAt) ? used : expiresAt;
    }
}
