package dev.muster.policy.lease;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One lease as a {@link LeaseClock} judges it, cheap enough to be asked with every question. What the clock said last is
 * kept for at most {@link #KEPT} of monotonic time, never beyond the end of the lease, and not over a contact or a jump of
 * device time that the clock told anybody. So the end of a lease is seen when it comes (with {@link TickingNanos}, a tick
 * later), and a system clock that jumps while nobody asks the clock itself is seen {@link #KEPT} later. Thread-safe; asking does not allocate while that is kept.
 */
public final class LeaseWatch {
    /** How long an answer is kept. Leases last days. */
    static final Duration KEPT = Duration.ofMillis(100);

    private final LeaseClock clock;
    private final Lease lease;
    private volatile @Nullable Known known;

    LeaseWatch(LeaseClock clock, Lease lease) {
        this.clock = clock;
        this.lease = lease;
    }

    /**
     * What the clock said.
     *
     * @param since by the clock for watches, in nanoseconds
     * @param nanos how long it may be kept from then on
     * @param turns of the clock when it said so
     */
    record Known(LeaseState state, long since, long nanos, int turns) {}

    /** Whether the lease still holds. */
    public LeaseState state() {
        Known last = known;
        // A monotonic clock that goes back all the same makes the difference huge, and the clock is asked.
        if (last != null
                && last.turns() == clock.turns()
                && Long.compareUnsigned(clock.watchNanos() - last.since(), last.nanos()) < 0) {
            return last.state();
        }
        Known now = clock.judge(lease);
        known = now;
        return now.state();
    }
}
