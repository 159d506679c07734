package dev.muster.control.quotas;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Keeps tenants within their limits. Thread-safe. */
@Singleton
public final class QuotaService {
    private final QuotaStore store;
    private final QuotaConfig config;
    private final Clock clock;

    QuotaService(QuotaStore store, QuotaConfig config, Clock clock) {
        this.store = store;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Called after something was made, in the transaction that made it: the problem {@code quota-exceeded}, which takes it back,
     * if there is now more than the tenant may have. INVARIANT (within limits): who counts holds the tenant's row until it
     * commits, and counts in a statement of its own, so that it sees what all before it made.
     */
    public void check(Handle handle, Quota quota) {
        check(handle, quota, 0);
    }

    /** The same for what is not made yet and counts {@code more}. */
    public void check(Handle handle, Quota quota, long more) {
        if (limit(store.own(handle), quota).isEmpty()) {
            return;
        }
        Optional<Long> limit = limit(store.lock(handle), quota);
        if (limit.isEmpty()) {
            return;
        }
        long used = store.used(handle, quota, clock.instant()) + more;
        if (used > limit.get()) {
            throw new ProblemException(
                    ProblemCode.QUOTA_EXCEEDED,
                    "expected at most " + limit.get() + " " + quota.things() + " in this tenant, found " + used
                            + " with this one: an administrator of tenant `default` can raise `" + quota.text() + "`",
                    Map.of("quota", quota.text(), "limit", limit.get(), "wouldBe", used));
        }
    }

    /**
     * How a tenant stands with one quota.
     *
     * @param used empty: gateways count, and keep it to themselves
     * @param limit empty: none
     * @param own whether the limit is the tenant's own and not the installation's
     */
    public record Usage(Optional<Long> used, Optional<Long> limit, boolean own) {}

    /** How the transaction's tenant stands, by quota. */
    public Map<Quota, Usage> usage(Handle handle) {
        Map<Quota, Long> own = store.own(handle);
        Map<Quota, Usage> usage = new EnumMap<>(Quota.class);
        for (Quota quota : Quota.values()) {
            Optional<Long> used =
                    quota.isOfGateways() ? Optional.empty() : Optional.of(store.used(handle, quota, clock.instant()));
            usage.put(quota, new Usage(used, limit(own, quota), own.containsKey(quota)));
        }
        return usage;
    }

    private Optional<Long> limit(Map<Quota, Long> own, Quota quota) {
        Long found = own.get(quota);
        if (found != null) {
            return Optional.of(found);
        }
        return config.of(quota).isPresent() ? Optional.of(config.of(quota).getAsLong()) : Optional.empty();
    }
}
