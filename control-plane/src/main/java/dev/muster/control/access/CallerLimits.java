package dev.muster.control.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.muster.control.http.RateLimit;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Limits for those who ask the REST API: a program in a loop leaves room for the others, and wrong API tokens cost the database
 * nothing after a few. A token of the provider is judged without the database, so a wrong one is not counted. Counts are this
 * instance's own. Thread-safe.
 */
@Singleton
final class CallerLimits {
    private final RateLimit requests;
    private final RateLimit wrongTokens;
    private final Cache<ByteBuffer, Boolean> right;

    private final Supplier<String> address;

    @Inject
    CallerLimits(LimitsConfig config, CurrentVertxRequest request) {
        this(config, () -> request.getCurrent().request().remoteAddress().hostAddress(), Ticker.systemTicker());
    }

    /** {@code address} of whoever sent the present request. */
    CallerLimits(LimitsConfig config, Supplier<String> address, Ticker ticker) {
        this.address = address;
        this.requests = new RateLimit(config.requestsPerSecond(), config.requestsAtOnce(), ticker);
        this.wrongTokens = new RateLimit(config.wrongTokensPerSecond(), config.wrongTokensAtOnce(), ticker);
        this.right = Caffeine.newBuilder()
                .expireAfterWrite(Duration.ofHours(1))
                .maximumSize(10_000)
                .ticker(ticker)
                .build();
    }

    /** Counts a request of the caller; a problem where it is one too many. */
    void admit(Caller caller) {
        requests.admit(caller.tenant() + " " + caller.actor(), "requests from `" + caller.name() + "`");
    }

    /**
     * A problem, if the address of the request got too many API tokens wrong to try another. One that was right within the hour may always be tried:
     * who shares the address with a program must not be able to shut it out.
     */
    void mayTry(ApiToken.Secret secret) {
        if (right.getIfPresent(ByteBuffer.wrap(secret.hash())) == null) {
            String from = address.get();
            wrongTokens.check(from, "wrong API tokens from `" + from + "`");
        }
    }

    /** An API token was right. */
    void right(ApiToken.Secret secret) {
        right.put(ByteBuffer.wrap(secret.hash()), true);
    }

    /** Counts an API token that was wrong, for the address of the request. */
    void wrong() {
        wrongTokens.count(address.get());
    }
}
