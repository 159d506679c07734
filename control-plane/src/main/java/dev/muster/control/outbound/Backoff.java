package dev.muster.control.outbound;

import java.time.Duration;
import java.util.UUID;

/** When something is tried again: the pause doubles up to an hour, and is spread so that not everything comes back at once. Pure. */
public final class Backoff {
    private static final Duration LONGEST = Duration.ofHours(1);

    private Backoff() {}

    /** The pause after the failure of that number, from 1. */
    public static Duration after(int failures, Duration first, UUID id) {
        int doublings = Math.min(Math.max(failures, 1) - 1, 30);
        long millis = Math.min(first.toMillis() << Math.min(doublings, 20), LONGEST.toMillis());
        // A quarter earlier or later, always the same for the same id and failure.
        long spread = Math.floorMod(id.getLeastSignificantBits() * 31 + failures, 1_000L) - 500;
        return Duration.ofMillis(millis + millis * spread / 2_000);
    }
}
