package dev.muster.policy.lease;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A monotonic clock for whoever reads it millions of times a second: tells what it read last, and reads again when that is
 * a tick old. (Reading the machine's clock takes as long as a whole question, and waits for the questions before.) Sleeps
 * while nobody asks. A clock that cannot be woken any more is read every time. Thread-safe; telling does not allocate.
 */
public final class TickingNanos implements LongSupplier {
    private static final long TICK_MILLIS = 50;
    private static final long NOTHING = Long.MIN_VALUE;

    private final LongSupplier exact;
    private final Executor afterOneTick;
    private volatile long told = NOTHING;

    /**
     * Over any clock.
     *
     * @param exact what is read
     * @param afterOneTick runs what it is given once, a tick later
     */
    TickingNanos(LongSupplier exact, Executor afterOneTick) {
        this.exact = exact;
        this.afterOneTick = afterOneTick;
    }

    /** The machine's {@link System#nanoTime()} with a tick of 50 milliseconds; one for all who ask. */
    public static TickingNanos machine() {
        return Machine.CLOCK;
    }

    @Override
    public long getAsLong() {
        long last = told;
        return last != NOTHING ? last : read();
    }

    private long read() {
        long now = exact.getAsLong();
        told = now;
        boolean isForgotten = false;
        try {
            // INVARIANT: whoever has set it has it forgotten a tick later, however late this thread came to set it.
            afterOneTick.execute(this::forget);
            isForgotten = true;
        } finally {
            if (!isForgotten) {
                forget();
            }
        }
        return now;
    }

    private void forget() {
        told = NOTHING;
    }

    private static final class Machine {
        static final TickingNanos CLOCK = new TickingNanos(System::nanoTime, new Ticks());
    }

    /** A daemon thread, there while somebody asks. */
    private static final class Ticks implements Executor {
        private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("policy-ticks").factory());

        Ticks() {
            timer.setKeepAliveTime(10, TimeUnit.SECONDS);
            timer.allowCoreThreadTimeOut(true);
        }

        @Override
        public void execute(Runnable command) {
            var unused = timer.schedule(command, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
