package dev.muster.agent.local;

import java.util.function.LongSupplier;

/** Lets so many requests through at once, then so many a second; the others have to wait. One thread. */
final class Pace {
    private static final long SECOND_NANOS = 1_000_000_000;

    private final long burst;
    private final long nanosEach;
    private final LongSupplier nanos;
    /** The moment up to which requests are paid for. */
    private long paidUntil;

    Pace(int burst, int perSecond, LongSupplier nanos) {
        this.burst = burst;
        this.nanosEach = SECOND_NANOS / perSecond;
        this.nanos = nanos;
        this.paidUntil = nanos.getAsLong() - burst * nanosEach;
    }

    /** Takes one request; how many nanoseconds it has to wait. */
    long take() {
        long now = nanos.getAsLong();
        long earliest = now - burst * nanosEach;
        paidUntil = (paidUntil - earliest < 0 ? earliest : paidUntil) + nanosEach;
        return Math.max(0, paidUntil - now);
    }
}
