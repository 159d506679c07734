package dev.muster.simulator.net;

import java.time.Duration;

/** Hands out turns to connect, so many a second over all devices, in the order of asking. Thread-safe. */
final class ConnectPacer {
    private final long gapNanos;
    private long next;
    private boolean began;

    /**
     * Makes one.
     *
     * @param perSecond at least 1
     */
    ConnectPacer(int perSecond) {
        this.gapNanos = 1_000_000_000L / perSecond;
    }

    /**
     * How long to wait for the turn that is asked for now.
     *
     * @param nanos by a clock that never goes back
     */
    synchronized Duration turn(long nanos) {
        if (!began || next - nanos < 0) {
            began = true;
            next = nanos;
        }
        long wait = next - nanos;
        next += gapNanos;
        return Duration.ofNanos(wait);
    }
}
