package dev.muster.standalone.up;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.PidFile;
import dev.muster.standalone.process.RunningServer;
import dev.muster.standalone.process.StandaloneException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One server that is wanted: started, started again when it dies on its own (1 s later, then 2 s, 4 s up to 30 s, from
 * the beginning after a minute of good health), stopped for good by {@link #stop()}. Thread-safe.
 */
final class SupervisedServer {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    static final Duration GOOD_HEALTH = Duration.ofMinutes(1);

    private static final Duration LOOK = Duration.ofMillis(200);

    private final String name;
    private final PidFile pidFile;
    private final Supplier<? extends RunningServer> starter;
    private final Progress progress;
    private final ReentrantLock starting = new ReentrantLock();
    private final ReentrantLock state = new ReentrantLock();
    private final Condition changed = state.newCondition();
    private @Nullable RunningServer server;
    private boolean stopping;
    private Duration pause = FIRST_PAUSE;

    /** {@code pidFile} names the child even while {@code starter} still waits for it to become ready. */
    SupervisedServer(String name, PidFile pidFile, Supplier<? extends RunningServer> starter, Progress progress) {
        this.name = name;
        this.pidFile = pidFile;
        this.starter = starter;
        this.progress = progress;
    }

    /** Starts it and waits until it is ready. */
    void start() {
        long begin = System.nanoTime();
        starting.lock();
        try {
            if (isStopping()) {
                throw new StandaloneException(ExitCode.FAILED, name + " was not started: stopping");
            }
            RunningServer started = starter.get();
            adopt(started);
        } finally {
            starting.unlock();
        }
        progress.ready(name, Duration.ofNanos(System.nanoTime() - begin));
    }

    /** No more restarts from now on. */
    void announceStop() {
        state.lock();
        try {
            stopping = true;
            changed.signalAll();
        } finally {
            state.unlock();
        }
    }

    /** Stops it, also in the middle of a start, and waits until it is gone. Does nothing if it does not run. */
    void stop() {
        announceStop();
        acquireFromStarter();
        try {
            RunningServer running = current();
            if (running != null) {
                running.close();
                progress.stopped(name);
            }
        } finally {
            starting.unlock();
        }
    }

    /** A start may be between two children (build, then run), so its child is ended as often as it takes. */
    private void acquireFromStarter() {
        try {
            while (!starting.tryLock(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                pidFile.alive().ifPresent(ProcessHandle::destroy);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            starting.lock();
        }
    }

    private void adopt(RunningServer started) {
        long since = System.nanoTime();
        state.lock();
        try {
            server = started;
        } finally {
            state.unlock();
        }
        var unused = started.process().exited().thenAccept(exit -> ended(exit, since));
    }

    private void ended(int exit, long since) {
        if (isStopping()) {
            return;
        }
        if (System.nanoTime() - since > GOOD_HEALTH.toNanos()) {
            pause = FIRST_PAUSE;
        }
        Thread.ofPlatform().daemon().name("restart-" + name).start(() -> restart(exit));
    }

    private void restart(int exit) {
        String reason = "ended unexpectedly (exit code " + exit + ")";
        while (true) {
            Duration wait = pause;
            pause = wait.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait.multipliedBy(2);
            progress.line("  " + name + " " + reason + ", starting again in " + wait.toSeconds() + " s");
            if (pauseOrStop(wait)) {
                return;
            }
            try {
                start();
                return;
            } catch (StandaloneException e) {
                reason = "did not start: " + e.getMessage();
            }
        }
    }

    private boolean pauseOrStop(Duration wait) {
        state.lock();
        try {
            long left = wait.toNanos();
            while (!stopping && left > 0) {
                left = changed.awaitNanos(left);
            }
            return stopping;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } finally {
            state.unlock();
        }
    }

    private boolean isStopping() {
        state.lock();
        try {
            return stopping;
        } finally {
            state.unlock();
        }
    }

    private @Nullable RunningServer current() {
        state.lock();
        try {
            return server;
        } finally {
            state.unlock();
        }
    }
}
