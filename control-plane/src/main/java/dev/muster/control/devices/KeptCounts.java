package dev.muster.control.devices;

import dev.muster.control.access.Access;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.TenantId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Counts of a large fleet, given again for so many times as long as they took to make: counting never takes more than that share of
 * a core, whoever asks how often. Of a small fleet nothing is kept. Thread-safe.
 */
public final class KeptCounts<T> {
    /** Counting a small fleet costs nothing worth keeping an answer for. */
    private static final Duration QUICK = Duration.ofMillis(50);

    private static final int TIMES = 20;
    private static final int MOST_KEPT = 1_000;

    private final Map<Asked, Answered<T>> answers = new ConcurrentHashMap<>();

    private record Asked(TenantId tenant, SqlFragment scope, String what) {}

    private record Answered<T>(T counts, long untilNanos) {
        boolean holds() {
            return System.nanoTime() - untilNanos < 0;
        }
    }

    /** What {@code answer} makes of the kept counts, or of none, and what is then to be kept of it. */
    public <R> R get(Access access, Function<Optional<T>, R> answer, Function<R, T> counts) {
        return get(access, "", answer, counts);
    }

    /** The same where not only the scope tells one answer from another. */
    public <R> R get(Access access, String what, Function<Optional<T>, R> answer, Function<R, T> counts) {
        Asked asked = new Asked(access.tenant(), access.scope().where("d"), what);
        Answered<T> known = answers.get(asked);
        if (known != null && known.holds()) {
            return answer.apply(Optional.of(known.counts()));
        }
        long begin = System.nanoTime();
        R made = answer.apply(Optional.empty());
        long took = System.nanoTime() - begin;
        if (took > QUICK.toNanos()) {
            if (answers.size() >= MOST_KEPT) {
                answers.clear();
            }
            answers.put(asked, new Answered<>(counts.apply(made), begin + took + TIMES * took));
        }
        return made;
    }
}
