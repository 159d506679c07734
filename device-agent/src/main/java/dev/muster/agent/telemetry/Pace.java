package dev.muster.agent.telemetry;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * How fast what waited on disk follows once there is a session again, so that a site that comes back does not fill its line
 * with the past: so many messages a second, and a second's worth at once. What is new is never held up by it. Thread-safe.
 */
public final class Pace {
    private static final double NANOS = 1e9;

    private final IntSupplier perSecond;
    private final LongSupplier nanos;
    private final Later later;
    private double left;
    private long since;

    /** Runs work after a while, on any thread. */
    interface Later {
        void run(Runnable work, Duration after);
    }

    /**
     * As {@code perSecond} says, on the time of {@code scheduler}.
     *
     * @param nanos a clock that never goes back
     */
    public static Pace on(ScheduledExecutorService scheduler, IntSupplier perSecond, LongSupplier nanos) {
        return new Pace(perSecond, nanos, (work, after) -> {
            try {
                var unused = scheduler.schedule(work, after.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                // The process is going down; the queue is on disk.
            }
        });
    }

    /**
     * As fast as {@code perSecond} says at each moment, at least 1.
     *
     * @param nanos a clock that never goes back
     */
    Pace(IntSupplier perSecond, LongSupplier nanos, Later later) {
        this.perSecond = perSecond;
        this.nanos = nanos;
        this.later = later;
        this.left = rate();
        this.since = nanos.getAsLong();
    }

    /** Whether one more message may go now; counts it if so. */
    synchronized boolean take() {
        long now = nanos.getAsLong();
        left = Math.min(rate(), left + (now - since) / NANOS * rate());
        since = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }

    /** Runs {@code work} when there is room for another message. */
    void whenReady(Runnable work) {
        double missing;
        synchronized (this) {
            missing = Math.max(0, 1 - left);
        }
        later.run(work, Duration.ofNanos((long) (missing / rate() * NANOS) + 1));
    }

    private int rate() {
        return Math.max(1, perSecond.getAsInt());
    }
}
