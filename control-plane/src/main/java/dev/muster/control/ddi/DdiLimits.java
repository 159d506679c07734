package dev.muster.control.ddi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.muster.control.http.RateLimit;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * What wrong tokens and clients in a loop may cost this instance. After so many wrong tokens of an address, a token of a device
 * that was not right within the hour is refused before it costs the database anything. INVARIANT (no lock-out): the tenant's
 * token and a proxy's word are judged without the database, so they come in whatever others of that address tried. Memory is
 * bounded; counts are this instance's own. Thread-safe.
 */
@Singleton
final class DdiLimits {
    private static final String FORWARDED = "x-forwarded-for";

    private final RateLimit wrong;
    private final RateLimit requests;
    private final Networks proxies;
    private final Cache<ByteBuffer, Boolean> right;

    @Inject
    DdiLimits(DdiConfig config) {
        this(config, Ticker.systemTicker());
    }

    DdiLimits(DdiConfig config, Ticker ticker) {
        DdiConfig.Limits limits = config.limits();
        this.wrong = new RateLimit(limits.wrongTokensPerSecond(), limits.wrongTokensAtOnce(), ticker);
        this.requests = new RateLimit(limits.requestsPerSecond(), limits.requestsAtOnce(), ticker);
        this.proxies = Networks.parse(config.trustedProxies().orElse(List.of()));
        this.right = Caffeine.newBuilder()
                .expireAfterWrite(Duration.ofHours(1))
                .maximumSize(100_000)
                .ticker(ticker)
                .build();
    }

    /** Refuses a token of a device that cannot be told from a guess after so many wrong ones. */
    void mayTry(TenantId tenant, DdiRequest request, String controller) {
        if (right.getIfPresent(proof(tenant, request)) != null) {
            return;
        }
        Duration wait = wrong.delay(from(request, controller));
        if (!wait.isZero()) {
            throw DdiException.tooMany("expected a right token after so many wrong ones from this address", wait);
        }
    }

    /** The client proved who it is. */
    void right(TenantId tenant, DdiRequest request) {
        right.put(proof(tenant, request), true);
    }

    /** The answer to a client that did not: 401, or 429 where it was one too many. */
    DdiException wrong(DdiRequest request, String controller) {
        Duration wait = wrong.take(from(request, controller));
        return wait.isZero()
                ? DdiException.unauthorized()
                : DdiException.tooMany("expected fewer wrong tokens from this address", wait);
    }

    /** Counts a request of a client; refuses one too many. */
    void admit(TenantId tenant, String controller) {
        Duration wait = requests.take(tenant + " " + controller);
        if (!wait.isZero()) {
            throw DdiException.tooMany("expected fewer requests of `" + controller + "`", wait);
        }
    }

    private static ByteBuffer proof(TenantId tenant, DdiRequest request) {
        return ByteBuffer.wrap(
                Hashes.sha256(tenant + "\n" + request.header("authorization").orElse("")));
    }

    /** Who pays for a wrong token: an address, or what one of our proxies says of it; behind one that is silent, the controller id. */
    private String from(DdiRequest request, String controller) {
        if (!proxies.hold(request.address())) {
            return Networks.customer(request.address());
        }
        return request.header(FORWARDED)
                // What stands before the last one, anybody can have written.
                .map(list -> list.substring(list.lastIndexOf(',') + 1).strip())
                .map(Networks::customer)
                .orElse(request.address() + " " + controller);
    }
}
