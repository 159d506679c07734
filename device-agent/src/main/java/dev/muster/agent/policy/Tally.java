package dev.muster.agent.policy;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two counts per key, at most so many keys between two takings; what finds no place is counted as dropped. Counting a key
 * that is there takes no lock and allocates nothing; no count is lost or told twice. Thread-safe.
 *
 * @param <K> what is counted
 */
final class Tally<K extends Comparable<K>> {
    /** Yeses in the high half, noes in the low one: 2^31 of each between two takings, years at any rate a socket has. */
    private static final long YES = 1L << 32;

    private static final long NO = 1;
    private static final long LOW_HALF = 0xFFFF_FFFFL;
    /** A counter that was taken: who still holds it begins a new one. */
    private static final long TAKEN = Long.MIN_VALUE;

    private final int maxKeys;
    private final ConcurrentHashMap<K, AtomicLong> counters = new ConcurrentHashMap<>();
    private final AtomicInteger keys = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();

    Tally(int maxKeys) {
        this.maxKeys = maxKeys;
    }

    /** The counts of one key. */
    record Count(long yes, long no) {}

    /** All that was counted since the taking before, by key, and how much found no place. */
    record Taken<K>(Map<K, Count> counts, long dropped) {}

    void count(K key, boolean yes) {
        long step = yes ? YES : NO;
        while (true) {
            AtomicLong counter = counters.get(key);
            if (counter == null) {
                if (keys.incrementAndGet() > maxKeys) {
                    keys.decrementAndGet();
                    dropped.incrementAndGet();
                    return;
                }
                AtomicLong fresh = new AtomicLong();
                counter = counters.putIfAbsent(key, fresh);
                if (counter == null) {
                    counter = fresh;
                } else {
                    keys.decrementAndGet();
                }
            }
            for (long value = counter.get(); value != TAKEN; value = counter.get()) {
                if (counter.compareAndSet(value, value + step)) {
                    return;
                }
            }
            forget(key, counter);
        }
    }

    /** Takes everything; the next counting begins at zero. */
    Taken<K> take() {
        Map<K, Count> counts = new TreeMap<>();
        counters.forEach((key, counter) -> {
            long value = counter.getAndSet(TAKEN);
            forget(key, counter);
            if (value != TAKEN && value != 0) {
                counts.put(key, new Count(value >>> 32, value & LOW_HALF));
            }
        });
        return new Taken<>(counts, dropped.getAndSet(0));
    }

    private void forget(K key, AtomicLong counter) {
        if (counters.remove(key, counter)) {
            keys.decrementAndGet();
        }
    }
}
