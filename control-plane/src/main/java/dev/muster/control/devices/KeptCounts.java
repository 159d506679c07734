package dev.muster.control.devices;

import dev.muster.control.access.Access;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.TenantId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts of a large fleet, given again for so many times as long as they took to make: counting never takes more than that share of
 * a core, whoever asks how often. Who asks in the same time after that gets them once more, and they are made anew meanwhile, so that
 * only the first after a while waits for them. Of a small fleet nothing is kept. Thread-safe.
 */
public final class KeptCounts<T> {
    private static final Logger LOG = LoggerFactory.getLogger(KeptCounts.class);

    /** Counting a small fleet costs nothing worth keeping an answer for. */
    private static final Duration QUICK = Duration.ofMillis(50);

    private static final int TIMES = 20;
    private static final int MOST_KEPT = 1_000;

    private final LongSupplier nanos;
    private final Executor beside;
    private final Map<Asked, Answered<T>> answers = new ConcurrentHashMap<>();

    private record Asked(TenantId tenant, SqlFragment scope, String what) {}

    private record Answered<T>(T counts, long madeNanos, long tookNanos, AtomicBoolean renewed) {
        boolean holdsAt(long now) {
            return now - madeNanos < TIMES * tookNanos;
        }

        boolean isUsableAt(long now) {
            return now - madeNanos < 2 * TIMES * tookNanos;
        }
    }

    public KeptCounts() {
        this(System::nanoTime, work -> Thread.ofVirtual().name("counts").start(work));
    }

    KeptCounts(LongSupplier nanos, Executor beside) {
        this.nanos = nanos;
        this.beside = beside;
    }

    /** What {@code answer} makes of the kept counts, or of none, and what is then to be kept of it; it may be asked on another thread. */
    public <R> R get(Access access, Function<Optional<T>, R> answer, Function<R, T> counts) {
        return get(access, "", answer, counts);
    }

    /** The same where not only the scope tells one answer from another. */
    public <R> R get(Access access, String what, Function<Optional<T>, R> answer, Function<R, T> counts) {
        Asked asked = new Asked(access.tenant(), access.scope().where("d"), what);
        Answered<T> known = answers.get(asked);
        long now = nanos.getAsLong();
        if (known == null || !known.isUsableAt(now)) {
            return make(asked, answer, counts);
        }
        if (!known.holdsAt(now) && known.renewed.compareAndSet(false, true)) {
            beside.execute(() -> renew(asked, answer, counts));
        }
        return answer.apply(Optional.of(known.counts()));
    }

    private <R> R make(Asked asked, Function<Optional<T>, R> answer, Function<R, T> counts) {
        long begin = nanos.getAsLong();
        R made = answer.apply(Optional.empty());
        long end = nanos.getAsLong();
        if (end - begin > QUICK.toNanos()) {
            if (answers.size() >= MOST_KEPT) {
                answers.clear();
            }
            answers.put(asked, new Answered<>(counts.apply(made), end, end - begin, new AtomicBoolean()));
        } else {
            answers.remove(asked);
        }
        return made;
    }

    private <R> void renew(Asked asked, Function<Optional<T>, R> answer, Function<R, T> counts) {
        try {
            make(asked, answer, counts);
        } catch (RuntimeException e) {
            // Whoever asks when these are too old hears of it.
            LOG.debug("counts were not made anew", e);
        }
    }
}
