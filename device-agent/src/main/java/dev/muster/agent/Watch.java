package dev.muster.agent;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks again and again: briskly while there is something that somebody could change, else only as often as something is
 * due anyway. Each wake-up of a sleeping board costs more than what the look then does, and most agents of a fleet have
 * nothing to watch most of the time. Thread-safe; looks never overlap.
 */
final class Watch implements AutoCloseable {
    private final ScheduledExecutorService scheduler;
    private final Duration brisk;
    private final Supplier<Duration> calm;
    private final BooleanSupplier isNeeded;
    private final Runnable look;
    private @Nullable ScheduledFuture<?> next;
    private boolean closed;

    /**
     * Begins within a random part of {@code brisk}, so that a fleet does not look in step.
     *
     * @param brisk between looks while {@code isNeeded}
     * @param calm between looks otherwise; never less than {@code brisk} is waited
     * @param isNeeded asked after each look
     * @param look must not throw
     */
    Watch(
            ScheduledExecutorService scheduler,
            Duration brisk,
            Supplier<Duration> calm,
            BooleanSupplier isNeeded,
            Runnable look) {
        this.scheduler = scheduler;
        this.brisk = brisk;
        this.calm = calm;
        this.isNeeded = isNeeded;
        this.look = look;
        schedule(ThreadLocalRandom.current().nextLong(brisk.toMillis() + 1));
    }

    /** Something changed that a look may have to follow: the next one comes within a brisk interval. */
    synchronized void soon() {
        ScheduledFuture<?> waiting = next;
        // None waits while a look runs, and the change may be one that it no longer sees.
        if (waiting == null || (waiting.getDelay(TimeUnit.MILLISECONDS) > brisk.toMillis() && waiting.cancel(false))) {
            schedule(brisk.toMillis());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel(false);
        }
    }

    private void turn() {
        synchronized (this) {
            next = null;
        }
        look.run();
        Duration pause = brisk;
        if (!isNeeded.getAsBoolean()) {
            Duration wanted = calm.get();
            pause = wanted.compareTo(brisk) > 0 ? wanted : brisk;
        }
        synchronized (this) {
            if (next == null) {
                schedule(pause.toMillis());
            }
        }
    }

    private synchronized void schedule(long millis) {
        if (closed) {
            return;
        }
        try {
            next = scheduler.schedule(this::turn, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The process is going down.
        }
    }
}
