package dev.muster.control.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Map;

/**
 * A token bucket for each key: so many requests a second in the long run, and so many at once. Memory is bounded: the bucket of who
 * has been quiet long enough for it to be full again is forgotten, and so are the longest quiet ones of too many. Thread-safe.
 */
public final class RateLimit {
    private static final int MOST = 50_000;
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final double atOnce;
    private final Ticker ticker;
    private final Cache<String, Bucket> buckets;

    /** Both above zero. */
    public RateLimit(double perSecond, double atOnce, Ticker ticker) {
        this(perSecond, atOnce, MOST, ticker);
    }

    /** With at most so many buckets. */
    public RateLimit(double perSecond, double atOnce, int most, Ticker ticker) {
        if (perSecond <= 0 || atOnce < 1) {
            throw new IllegalArgumentException("expected a rate above zero and at least one request at once, found "
                    + perSecond + " and " + atOnce);
        }
        this.perSecond = perSecond;
        this.atOnce = atOnce;
        this.ticker = ticker;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterAccess(Duration.ofNanos((long) Math.ceil(atOnce / perSecond * NANOS)))
                .ticker(ticker)
                .build();
    }

    /** Counts one request if it may come in, and then answers zero; else the time to wait, and counts nothing. */
    public Duration take(String key) {
        return Duration.ofNanos(bucket(key).take());
    }

    /** Counts one request; a problem with the time to wait if it is one too many. */
    public void admit(String key, String whose) {
        long wait = bucket(key).take();
        if (wait > 0) {
            throw tooMany(wait, whose);
        }
    }

    /** The same problem, if the next request would be one too many; counts nothing. */
    public void check(String key, String whose) {
        Bucket known = buckets.getIfPresent(key);
        long wait = known == null ? 0 : known.untilNext();
        if (wait > 0) {
            throw tooMany(wait, whose);
        }
    }

    /** How long the next request would have to wait; counts nothing. */
    public Duration delay(String key) {
        Bucket known = buckets.getIfPresent(key);
        return known == null ? Duration.ZERO : Duration.ofNanos(known.untilNext());
    }

    /** Counts one request that {@link #check} let in. */
    public void count(String key) {
        bucket(key).take();
    }

    private Bucket bucket(String key) {
        return buckets.get(key, absent -> new Bucket());
    }

    private ProblemException tooMany(long nanos, String whose) {
        long seconds = Math.max(1, (long) Math.ceil(nanos / NANOS));
        return new ProblemException(
                ProblemCode.TOO_MANY_REQUESTS,
                "expected at most " + number(perSecond) + " a second, " + number(atOnce) + " at once, of " + whose
                        + "; ask again in " + seconds + " s",
                Map.of(ProblemException.RETRY_AFTER, seconds));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private final class Bucket {
        private double left = atOnce;
        private long at = ticker.read();

        synchronized long take() {
            long wait = untilNext();
            if (wait == 0) {
                left--;
            }
            return wait;
        }

        /** Nanoseconds until one more may come in. */
        synchronized long untilNext() {
            long now = ticker.read();
            left = Math.min(atOnce, left + Math.max(0, now - at) / NANOS * perSecond);
            at = now;
            return left >= 1 ? 0 : (long) Math.ceil((1 - left) / perSecond * NANOS);
        }
    }
}
