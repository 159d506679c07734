package dev.muster.control.help;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Wakes whoever waits for frames on this instance. Other instances are not heard: who waits looks again after a short while
 * all the same. Sessions share a few bells; one that rings for another only looks once more. Thread-safe.
 */
@Singleton
final class HelpBell {
    private static final int BELLS = 64;

    private final Bell[] bells = Stream.generate(Bell::new).limit(BELLS).toArray(Bell[]::new);

    private static final class Bell {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition rung = lock.newCondition();
        private long count;
    }

    /** How often it rang; to be asked before looking. */
    long count(UUID session) {
        Bell bell = bell(session);
        bell.lock.lock();
        try {
            return bell.count;
        } finally {
            bell.lock.unlock();
        }
    }

    void ring(UUID session) {
        Bell bell = bell(session);
        bell.lock.lock();
        try {
            bell.count++;
            bell.rung.signalAll();
        } finally {
            bell.lock.unlock();
        }
    }

    /** Waits until it rang since {@code count}, {@code longest} at most. */
    void await(UUID session, long count, Duration longest) throws InterruptedException {
        Bell bell = bell(session);
        bell.lock.lock();
        try {
            long left = longest.toNanos();
            while (bell.count == count && left > 0) {
                left = bell.rung.awaitNanos(left);
            }
        } finally {
            bell.lock.unlock();
        }
    }

    private Bell bell(UUID session) {
        return bells[Math.floorMod(session.hashCode(), BELLS)];
    }
}
