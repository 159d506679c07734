package dev.muster.control.jobs;

import dev.muster.control.logs.LogFields;
import dev.muster.protocol.identity.TenantId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A thread that does one round after the other until it is stopped. INVARIANT (the worker never dies): a round that failed
 * is followed by another. Started and stopped once, by the same thread; {@link #isStopping} is for any.
 */
public final class WorkerThread {
    private static final Logger LOG = Logger.getLogger(WorkerThread.class);
    private static final long PAUSE_MILLIS = 250;
    private static final long LONGEST_STOP_MILLIS = 10_000;

    private final CountDownLatch stopping = new CountDownLatch(1);
    private @Nullable Thread thread;

    /** Begins; {@code round} is called again and again, with a short pause before each. */
    public void start(String name, Runnable round) {
        Thread started = new Thread(() -> run(name, round), name);
        // A start that fails later stops nothing by itself, and must not keep the process.
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** Lets the round that is going on see {@link #isStopping}, and waits ten seconds for it at most. */
    public void stop() throws InterruptedException {
        stopping.countDown();
        if (thread != null) {
            thread.join(LONGEST_STOP_MILLIS);
        }
    }

    /** Whether a round should end after the step it is at. */
    public boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** One broken device, rollout or tenant must not hold up the others; it is tried again in the next round. */
    public static boolean safely(String what, Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException e) {
            LOG.warnf(e, "cannot %s now, trying again", what);
            return false;
        }
    }

    /** The same for work of one tenant, which lines of the log then name. */
    public static boolean safely(TenantId tenant, String what, Runnable step) {
        try (LogFields fields = LogFields.of(tenant)) {
            return safely(what, step);
        }
    }

    private void run(String name, Runnable round) {
        try {
            while (!stopping.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                safely("go round `" + name + "`", round);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
