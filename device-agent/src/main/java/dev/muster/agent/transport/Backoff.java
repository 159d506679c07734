package dev.muster.agent.transport;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays between tries: a random part of a bound that doubles up to a limit ("full jitter"), so that a fleet that lost its
 * gateway in one instant does not come back in one. Not thread-safe.
 */
public final class Backoff {
    private static final int MAX_DOUBLINGS = 20;

    private final Duration base;
    private final Duration limit;
    private final RandomGenerator random;
    private int failures;

    public Backoff(Duration base, Duration limit, RandomGenerator random) {
        this.base = base;
        this.limit = limit;
        this.random = random;
    }

    /** The delay before the next try. */
    public Duration next() {
        long bound = Math.min(limit.toMillis(), base.toMillis() << Math.min(failures, MAX_DOUBLINGS));
        failures = Math.min(failures + 1, MAX_DOUBLINGS);
        return Duration.ofMillis(random.nextLong(Math.max(1, bound) + 1));
    }

    /** From here on the delays are a random part of the limit. */
    public void exhaust() {
        failures = MAX_DOUBLINGS;
    }

    /** The last try succeeded. */
    public void reset() {
        failures = 0;
    }
}
