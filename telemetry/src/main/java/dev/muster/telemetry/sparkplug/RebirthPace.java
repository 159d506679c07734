package dev.muster.telemetry.sparkplug;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How often one node is asked for its births: a node that cannot answer is not kept busy by being asked. Owned by one thread. */
final class RebirthPace {
    private final long firstMillis;
    private final long longestMillis;
    private long waitMillis;
    private @Nullable Long askedMillis;

    RebirthPace(Duration first, Duration longest) {
        firstMillis = first.toMillis();
        longestMillis = longest.toMillis();
        waitMillis = firstMillis;
    }

    /** Whether it may be asked now; then the next time is later, and twice as far while no birth comes. */
    boolean ask(long nowMillis) {
        Long before = askedMillis;
        if (before != null) {
            if (nowMillis - before < waitMillis) {
                return false;
            }
            waitMillis = Math.min(longestMillis, waitMillis * 2);
        }
        askedMillis = nowMillis;
        return true;
    }

    /** It answered. */
    void answered() {
        waitMillis = firstMillis;
    }
}
