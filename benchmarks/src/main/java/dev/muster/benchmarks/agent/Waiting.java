package dev.muster.benchmarks.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waiting for what another process does, where nothing can be notified. */
final class Waiting {
    private static final int STEP_MS = 100;

    private Waiting() {}

    /** Waits until {@code done}; ends {@code process} and fails with {@code complaint} if it takes too long or dies. */
    static void until(String complaint, Duration atMost, Process process, BooleanSupplier done)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (process.isAlive() && System.nanoTime() < end) {
            if (done.getAsBoolean()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MS);
        }
        process.destroyForcibly();
        throw new IOException(complaint + " within " + atMost.toSeconds() + " s");
    }
}
