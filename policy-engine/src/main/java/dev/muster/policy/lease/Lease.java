package dev.muster.policy.lease;

import java.time.Duration;

/**
 * How long a policy holds after it was last verified against the server.
 *
 * @param length greater than zero
 * @param onExpiry what happens then
 */
public record Lease(Duration length, OnExpiry onExpiry) {
    /** 90 days, then keep and alert. */
    public static final Lease DEFAULT = new Lease(Duration.ofDays(90), OnExpiry.KEEP);

    public Lease {
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("lease: a length above zero expected, found " + length);
        }
    }

    /** The state of this lease when the last contact was {@code elapsed} ago. */
    public LeaseState after(Duration elapsed) {
        if (elapsed.compareTo(length) < 0) {
            return LeaseState.HOLDS;
        }
        return switch (onExpiry) {
            case KEEP -> LeaseState.ENDED_KEPT;
            case GUARDRAILS -> LeaseState.ENDED_GUARDRAILS;
            case DENY -> LeaseState.ENDED_DENIED;
        };
    }
}
