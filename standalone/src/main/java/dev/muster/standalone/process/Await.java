package dev.muster.standalone.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what another process does, where nothing can be notified. */
public final class Await {
    static final Duration STEP = Duration.ofMillis(25);

    private Await() {}

    /** Looks at {@code condition} about every 25 ms until it holds or {@code atMost} has passed; answers whether it held. */
    public static boolean until(Duration atMost, BooleanSupplier condition) {
        return until(atMost, STEP, condition);
    }

    /** The same with a look every {@code step}, for conditions that cost somebody something. */
    public static boolean until(Duration atMost, Duration step, BooleanSupplier condition) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(step.toNanos());
        }
        return true;
    }
}
