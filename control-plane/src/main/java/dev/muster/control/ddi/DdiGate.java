package dev.muster.control.ddi;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides who a client is: by a certificate that a trusted proxy saw, its own token, or the token of its tenant. How clients of a
 * tenant come in is looked up at most once a second, so a way that was shut is shut within that time on every instance, and at
 * once on the one that shut it. Thread-safe.
 */
@Singleton
final class DdiGate {
    private static final Duration COUNTS_FOR = Duration.ofSeconds(1);
    private static final Pattern LIST = Pattern.compile("[;,]");
    private static final String TARGET = "TargetToken ";
    private static final String GATEWAY = "GatewayToken ";

    private final LoadingCache<TenantId, DdiAccess> accesses;
    /** One entry: guessed names of tenants cost the database nothing. */
    private final LoadingCache<Boolean, Set<TenantId>> tenants;

    private final Networks proxies;

    DdiGate(ClientStore store, TenantTransactions transactions, DdiConfig config) {
        this.proxies = Networks.parse(config.trustedProxies().orElse(List.of()));
        this.tenants =
                Caffeine.newBuilder().expireAfterWrite(COUNTS_FOR).build(all -> Set.copyOf(transactions.tenants()));
        this.accesses = Caffeine.newBuilder()
                .expireAfterWrite(COUNTS_FOR)
                .maximumSize(1_000)
                .build(tenant ->
                        transactions.in(tenant, handle -> store.access(handle).orElse(DdiAccess.OFF)));
    }

    /** Looks the tenant up when the next client comes. */
    void forget(TenantId tenant) {
        accesses.invalidate(tenant);
        tenants.invalidateAll();
    }

    DdiAccess access(TenantId tenant) {
        DdiAccess known = accesses.getIfPresent(tenant);
        if (known != null) {
            return known;
        }
        return tenants.get(true).contains(tenant) ? accesses.get(tenant) : DdiAccess.OFF;
    }

    boolean hasProxies() {
        return !proxies.isEmpty();
    }

    /** Whether the request is let in as any controller id that it names: known or not. */
    boolean opens(DdiAccess access, DdiRequest request, String controller) {
        if (!access.enabled()) {
            return false;
        }
        return byProxy(access, request, controller)
                || token(request, GATEWAY)
                        .flatMap(token -> access.gatewayToken().filter(secret -> secret.is(token)))
                        .isPresent();
    }

    /** Whether the request brings a token of one device, where those count; whether it is right, only the device's row says. */
    boolean mayProve(DdiAccess access, DdiRequest request) {
        return access.enabled()
                && access.targetTokens()
                && token(request, TARGET).isPresent();
    }

    /** Whether the request proves that it is this very client. */
    boolean opens(DdiAccess access, DdiRequest request, Client client) {
        return mayProve(access, request)
                && token(request, TARGET)
                        .flatMap(token -> client.token().filter(secret -> secret.is(token)))
                        .isPresent();
    }

    private static Optional<String> token(DdiRequest request, String scheme) {
        return request.header("authorization")
                .filter(header -> header.startsWith(scheme))
                .map(header -> header.substring(scheme.length()).strip());
    }

    /** What a header says of a certificate counts from a proxy alone that an operator named. */
    private boolean byProxy(DdiAccess access, DdiRequest request, String controller) {
        if (access.authorities().isEmpty() || !proxies.hold(request.address())) {
            return false;
        }
        return request.header("x-controller-id").filter(controller::equals).isPresent()
                && authorities(request).stream()
                        .anyMatch(authority -> access.authorities().contains(authority));
    }

    private static List<String> authorities(DdiRequest request) {
        List<String> headers = new ArrayList<>();
        request.header("x-authority").ifPresent(headers::add);
        for (int i = 0; i <= 1 || request.header("x-authority-" + i).isPresent(); i++) {
            request.header("x-authority-" + i).ifPresent(headers::add);
        }
        return headers.stream()
                .flatMap(header -> LIST.splitAsStream(header))
                .map(authority -> authority.strip().toLowerCase(Locale.ROOT))
                .filter(authority -> !authority.isEmpty())
                .toList();
    }
}
