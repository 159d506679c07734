package dev.muster.control.enrolment;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.http.RateLimit;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * What those without a certificate may cost this instance. An address may ask so many times a minute; who asks more often is told
 * when to come back. Wrong secrets are counted by token and address, and by token: past the bound, a guess is refused before it
 * costs a row lock or a signature. INVARIANT (no lock-out): neither count ever refuses the right secret, because whoever shares
 * an address with the fleet, or saw a token's id, could otherwise shut the fleet out. Memory is bounded; counts are this
 * instance's own. Thread-safe.
 */
@Singleton
final class EnrolmentLimits {
    private static final int MOST = 20_000;
    /** Rows of refusals that one tenant's trail gets in {@code wrongWithin}. */
    private static final int MOST_ROWS = 20;
    /** So many wrong secrets from all addresses together, for each that one address has. */
    private static final int ALL_ADDRESSES = 10;

    private final EnrolmentConfig.Limits config;
    private final Clock clock;
    /** Empty where there is no bound. */
    private final Optional<RateLimit> addresses;

    private final Cache<String, Count> wrong;
    private final Cache<String, Count> rows;

    EnrolmentLimits(EnrolmentConfig config, Clock clock) {
        this.config = config.limits();
        this.clock = clock;
        int rate = this.config.perMinute();
        this.addresses =
                rate == 0 ? Optional.empty() : Optional.of(new RateLimit(rate / 60.0, rate, MOST, this::nanos));
        this.wrong = cache(this.config.wrongWithin());
        this.rows = cache(this.config.wrongWithin());
    }

    /** Counts a request of the address; a problem with the time to wait where it was one too many. */
    void admit(String address) {
        Duration wait = addresses.map(limit -> limit.take(network(address))).orElse(Duration.ZERO);
        if (!wait.isZero()) {
            throw busy(wait, "expected at most " + config.perMinute() + " requests a minute from this address");
        }
    }

    /** Whether so many secrets were wrong that the next must prove to be right before anything else is done for it. */
    boolean guessed(EnrolmentToken.Secret secret, String address) {
        Instant now = clock.instant();
        return over(secret.place() + " " + network(address), config.wrongSecrets(), now)
                || over(secret.place(), (long) config.wrongSecrets() * ALL_ADDRESSES, now);
    }

    /** Counts a wrong secret. */
    void wrong(EnrolmentToken.Secret secret, String address) {
        Instant now = clock.instant();
        count(wrong, secret.place() + " " + network(address), now);
        count(wrong, secret.place(), now);
    }

    /** The answer to one wrong secret too many. */
    ProblemException guessedTooOften() {
        return busy(config.refusedFor(), "expected a right secret after so many wrong ones");
    }

    /**
     * How many refusals a row in the trail now stands for, this one included; empty while there are rows enough. One of an
     * object and address in a while, and so many of a tenant.
     */
    Optional<Long> row(TenantId tenant, String object, String address) {
        Instant now = clock.instant();
        long suppressed = count(rows, tenant + " all", now);
        if (count(rows, tenant + " " + object + " " + network(address), now) > 1
                || count(rows, tenant + " rows", now) > MOST_ROWS) {
            return Optional.empty();
        }
        rows.invalidate(tenant + " all");
        return Optional.of(suppressed);
    }

    /** The address, or the network that one customer gets: half of an IPv6 address is free to choose. */
    static String network(String address) {
        try {
            // A literal, which is never looked up.
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return bytes.length == 4 ? address : HexFormat.of().formatHex(Arrays.copyOf(bytes, 8));
        } catch (UnknownHostException e) {
            return address;
        }
    }

    private boolean over(String key, long most, Instant now) {
        Count found = wrong.getIfPresent(key);
        return found != null && found.now(now, config.wrongWithin()) >= most;
    }

    private long count(Cache<String, Count> counts, String key, Instant now) {
        return counts.get(key, absent -> new Count(now)).add(now, config.wrongWithin());
    }

    private static ProblemException busy(Duration wait, String detail) {
        long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        return new ProblemException(
                ProblemCode.TOO_MANY_REQUESTS,
                detail + "; ask again in " + seconds + " s",
                Map.of(ProblemException.RETRY_AFTER, seconds));
    }

    private <T> Cache<String, T> cache(Duration unused) {
        return Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(unused)
                .ticker(this::nanos)
                .build();
    }

    private long nanos() {
        return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
    }

    /** A count that begins anew when its time is over. */
    private static final class Count {
        private Instant from;
        private long count;

        Count(Instant now) {
            this.from = now;
        }

        synchronized long now(Instant now, Duration within) {
            if (!now.isBefore(from.plus(within))) {
                from = now;
                count = 0;
            }
            return count;
        }

        synchronized long add(Instant now, Duration within) {
            count = now(now, within) + 1;
            return count;
        }
    }
}
