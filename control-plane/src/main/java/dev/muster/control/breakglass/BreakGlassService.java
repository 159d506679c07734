package dev.muster.control.breakglass;

import dev.muster.control.access.BreakGlassDoor;
import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Opens to the one secret, loudly: every try writes a row of the trail and a warning. Thread-safe. */
@Singleton
class BreakGlassService implements BreakGlassDoor {
    private static final Logger LOG = Logger.getLogger(BreakGlassService.class);
    private static final int LONGEST = 200;
    private static final String ID = "[0-9a-f]{16}";

    private final BreakGlassStore store;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    BreakGlassService(BreakGlassStore store, AuditStore audit, TenantTransactions transactions, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Whoever starts a server sees that there is a way in beside the provider. */
    void start(@Observes StartupEvent event) {
        standsOpen()
                .ifPresent(glass -> LOG.warnf(
                        "a break-glass login is open: %s, made by %s, until %s",
                        glass.id(), glass.madeBy(), glass.until()));
    }

    @Override
    public Optional<Open> standsOpen() {
        return transactions
                .in(TenantId.DEFAULT, store::current)
                .filter(glass -> glass.goodAt(clock.instant()))
                .map(glass -> new Open(glass.id(), glass.createdBy(), glass.firstUsedAt(), glass.until()));
    }

    @Override
    public Optional<Caller.BreakGlass> open(String secret, String what) {
        String[] parts = secret.split("\\.", -1);
        // An id that is none of ours costs no query more than that: 2^64 of them tell nobody anything.
        if (secret.length() > LONGEST || parts.length != 3 || !parts[1].matches(ID)) {
            return Optional.empty();
        }
        // Its own transaction: that somebody failed must outlive the request that is refused for it.
        return transactions.in(TenantId.DEFAULT, handle -> store.find(handle, parts[1])
                .flatMap(glass -> judge(handle, glass, secret, what)));
    }

    private Optional<Caller.BreakGlass> judge(Handle handle, BreakGlass glass, String secret, String what) {
        Instant now = clock.instant();
        Caller.BreakGlass caller = new Caller.BreakGlass(glass.id(), glass.createdBy());
        boolean right = MessageDigest.isEqual(HexFormat.of().parseHex(glass.hash()), hash(secret));
        if (!right || !glass.goodAt(now)) {
            if (!right) {
                store.failed(handle, glass.id(), now);
            }
            String why = right ? "no longer good" : "wrong secret";
            LOG.warnf("break-glass login %s REFUSED (%s): %s", glass.id(), why, what);
            audit.append(
                    handle,
                    caller,
                    "break-glass.use",
                    "break-glass/" + glass.id(),
                    Map.of("request", what, "why", why),
                    "refused");
            return Optional.empty();
        }
        store.used(handle, glass.id(), now);
        LOG.warnf("break-glass login %s USED: %s", glass.id(), what);
        audit.append(handle, caller, "break-glass.use", "break-glass/" + glass.id(), Map.of("request", what));
        return Optional.of(caller);
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
