package dev.muster.control.rollouts;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How fast devices start, beside what the gates say.
 *
 * @param perMinute most devices a minute; empty for as many as the server can
 * @param jitter each device waits a random part of it after its wave opened; zero to one day
 */
public record Pacing(Optional<Integer> perMinute, Duration jitter) {
    private static final int MOST_PER_MINUTE = 100_000;
    private static final Duration LONGEST_JITTER = Duration.ofDays(1);

    /** What a worker that was away for a while may catch up with. */
    private static final Duration BURST = Duration.ofSeconds(2);

    // After the constants that its constructor reads.
    /** Everything at once. */
    public static final Pacing NONE = new Pacing(Optional.empty(), Duration.ZERO);

    public Pacing {
        perMinute.ifPresent(count -> {
            if (count < 1 || count > MOST_PER_MINUTE) {
                throw new IllegalArgumentException(
                        "expected `perMinute` of 1 to " + MOST_PER_MINUTE + ", found " + count);
            }
        });
        if (jitter.isNegative() || jitter.compareTo(LONGEST_JITTER) > 0) {
            throw new IllegalArgumentException("expected a `jitter` of PT0S to P1D, found " + jitter);
        }
    }

    /**
     * What may start now.
     *
     * @param devices how many
     * @param next when the one after them may
     */
    record Grant(int devices, Instant next) {}

    /**
     * Takes a share of the pace; pure.
     *
     * @param next when the next device may start, as the last grant said
     * @param wanted devices that are ready
     */
    Grant take(Instant next, Instant now, int wanted) {
        if (perMinute.isEmpty()) {
            return new Grant(wanted, next);
        }
        Duration gap = Duration.ofMinutes(1).dividedBy(perMinute.get());
        Instant from = next.isBefore(now.minus(BURST)) ? now.minus(BURST) : next;
        if (from.isAfter(now)) {
            return new Grant(0, from);
        }
        long free = 1 + Duration.between(from, now).dividedBy(gap);
        int devices = (int) Math.min(free, wanted);
        return new Grant(devices, from.plus(gap.multipliedBy(devices)));
    }
}
