package dev.muster.telemetry.gateway;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much a device, or all devices of a tenant together, may send.
 *
 * @param messagesPerSecond 0 for no limit
 * @param bytesPerSecond of payload; 0 for no limit
 */
public record Quota(long messagesPerSecond, long bytesPerSecond) {
    /** No limit at all. */
    public static final Quota NONE = new Quota(0, 0);

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** What may come at once after a silence, in time of the rate: a device that was away has something to tell. */
    private static final Duration BURST = Duration.ofSeconds(10);

    /** Refuses negative numbers. */
    public Quota {
        if (messagesPerSecond < 0 || bytesPerSecond < 0) {
            throw new IllegalArgumentException("expected a quota of 0 (no limit) or more, found `" + messagesPerSecond
                    + "` messages and `" + bytesPerSecond + "` bytes a second");
        }
    }

    /** All of it unused. */
    Use use(long nowNanos) {
        return new Use(this, nowNanos);
    }

    /** What is used of a quota. Thread-safe; never waits. */
    static final class Use {
        private static final long TELL_AGAIN_NANOS = Duration.ofMinutes(10).toNanos();

        private volatile Quota quota;
        private final AtomicLong messages;
        private final AtomicLong bytes;
        private final AtomicLong told;

        private Use(Quota quota, long nowNanos) {
            this.quota = quota;
            this.messages = new AtomicLong(nowNanos);
            this.bytes = new AtomicLong(nowNanos);
            this.told = new AtomicLong(nowNanos - TELL_AGAIN_NANOS);
        }

        /** From now on it is this much; what was taken stays taken. */
        void limit(Quota other) {
            quota = other;
        }

        /** Takes a message of so many bytes; {@code false} and nothing taken if that is too much just now. */
        boolean take(int payloadBytes, long nowNanos) {
            Quota now = quota;
            if (!take(messages, 1, now.messagesPerSecond, nowNanos)) {
                return false;
            }
            if (!take(bytes, payloadBytes, now.bytesPerSecond, nowNanos)) {
                giveBack(now);
                return false;
            }
            return true;
        }

        private void giveBack(Quota now) {
            if (now.messagesPerSecond > 0) {
                messages.addAndGet(-NANOS_PER_SECOND / now.messagesPerSecond);
            }
        }

        // Each counter is the time at which all that was taken will have been earned (generic cell rate algorithm).
        private static boolean take(AtomicLong counter, long amount, long perSecond, long nowNanos) {
            if (perSecond == 0) {
                return true;
            }
            long cost = (long) ((double) NANOS_PER_SECOND / perSecond * amount);
            while (true) {
                long earned = counter.get();
                long next = (earned - nowNanos > 0 ? earned : nowNanos) + cost;
                if (next - nowNanos > BURST.toNanos()) {
                    return false;
                }
                if (counter.compareAndSet(earned, next)) {
                    return true;
                }
            }
        }

        /** Whether somebody should hear of it now: the first time, then every ten minutes at most. */
        boolean isToBeTold(long nowNanos) {
            long last = told.get();
            return nowNanos - last >= TELL_AGAIN_NANOS && told.compareAndSet(last, nowNanos);
        }
    }
}
