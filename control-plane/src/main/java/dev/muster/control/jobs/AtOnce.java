package dev.muster.control.jobs;

import java.util.List;

/** Several things at once, each on a virtual thread of its own. Pure but for the threads. */
public final class AtOnce {
    private AtOnce() {}

    /**
     * Does all of it and waits for all; one that fails is logged as {@code what} and stops no other. False if this thread was
     * interrupted meanwhile: what began goes on.
     */
    public static boolean run(String what, List<Runnable> steps) {
        List<Thread> threads = steps.stream()
                .map(step -> Thread.ofVirtual().name(what).start(() -> WorkerThread.safely(what, step)))
                .toList();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
