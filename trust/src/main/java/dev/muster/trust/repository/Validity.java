package dev.muster.trust.repository;

import java.time.Duration;

/** How long newly signed metadata holds, per role. */
public record Validity(Duration root, Duration targets, Duration snapshot, Duration timestamp) {
    /** Root and targets by people, snapshot and timestamp by the server, which renews them by itself. */
    public static final Validity DEFAULT =
            new Validity(Duration.ofDays(365), Duration.ofDays(180), Duration.ofDays(30), Duration.ofDays(7));
}
