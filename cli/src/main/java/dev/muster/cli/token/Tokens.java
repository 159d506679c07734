package dev.muster.cli.token;

import java.time.Instant;
import java.util.Optional;

/** What a login gave: the access token, when it ends, and what gets the next one. */
public record Tokens(String accessToken, Instant expiresAt, Optional<String> refreshToken) {
    /** Whether the access token should no longer be used at {@code now}; clocks may differ by some seconds. */
    public boolean staleAt(Instant now) {
        return !now.plusSeconds(10).isBefore(expiresAt);
    }
}
