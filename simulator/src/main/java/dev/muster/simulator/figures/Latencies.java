package dev.muster.simulator.figures;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/** How long things took, in buckets that are an eighth of a doubling wide: percentiles are right to about a tenth. Thread-safe. */
public final class Latencies {
    private static final int PARTS = 8;
    private static final int PART_BITS = 3;

    private final AtomicLongArray buckets = new AtomicLongArray(64 * PARTS);

    /** One thing took so many nanoseconds. */
    public void add(long nanos) {
        buckets.incrementAndGet(bucket(Math.max(PARTS, nanos)));
    }

    private static int bucket(long nanos) {
        int doublings = 63 - Long.numberOfLeadingZeros(nanos);
        int part = (int) (nanos >>> (doublings - PART_BITS)) & (PARTS - 1);
        return doublings * PARTS + part;
    }

    /** What was counted so far. */
    public Snapshot snapshot() {
        long[] counts = new long[buckets.length()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = buckets.get(i);
        }
        return new Snapshot(counts);
    }

    /** Counts of one moment. Immutable. */
    public static final class Snapshot {
        private final long[] counts;

        private Snapshot(long[] counts) {
            this.counts = counts;
        }

        /** What came since {@code earlier}. */
        public Snapshot since(Snapshot earlier) {
            long[] news = counts.clone();
            for (int i = 0; i < news.length; i++) {
                news[i] -= earlier.counts[i];
            }
            return new Snapshot(news);
        }

        /** The upper end of the bucket that holds the {@code percent}th percentile; zero where nothing was counted. */
        public Duration percentile(int percent) {
            long all = 0;
            for (long count : counts) {
                all += count;
            }
            long below = (all * percent + 99) / 100;
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                if (counts[i] > 0 && seen >= below) {
                    int doublings = i / PARTS;
                    return Duration.ofNanos((1L << doublings) + ((i % PARTS + 1L) << (doublings - PART_BITS)));
                }
            }
            return Duration.ZERO;
        }
    }
}
