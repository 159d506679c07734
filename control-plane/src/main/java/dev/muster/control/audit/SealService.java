package dev.muster.control.audit;

import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.audit.Digest;
import dev.muster.protocol.audit.Seal;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Gives committed rows their place in the tenant's chain. INVARIANT (one chain): only the transaction that holds the tenant's
 * advisory lock appends, and the database refuses a seal that does not follow the last one. Nobody who writes an audit row
 * waits for it. Thread-safe.
 */
@Singleton
final class SealService {
    private static final Logger LOG = Logger.getLogger(SealService.class);
    private static final int BATCH = 500;

    private final SealStore store;
    private final TenantTransactions transactions;

    SealService(SealStore store, TenantTransactions transactions) {
        this.store = store;
        this.transactions = transactions;
    }

    /** What one transaction did: how much it sealed, the last id it looked at, and whether more may wait. */
    private record Step(int sealed, long last, boolean more) {
        /** Also the step before the first: a row that somebody wrote by hand may have a negative id. */
        static final Step NOTHING = new Step(0, Long.MIN_VALUE, false);
    }

    /** Tenants with rows that wait. */
    List<TenantId> waiting() {
        return transactions.inJobs(store::tenantsWaiting);
    }

    /** Seals all that waits, unless another instance is at it; answers how many rows it sealed. */
    int seal(TenantId tenant) {
        int sealed = 0;
        Step step = Step.NOTHING;
        do {
            long after = step.last();
            step = transactions.in(
                    tenant, handle -> store.tryLock(handle, tenant) ? step(handle, tenant, after) : Step.NOTHING);
            sealed += step.sealed();
        } while (step.more());
        return sealed;
    }

    private Step step(Handle handle, TenantId tenant, long after) {
        List<SealStore.Waiting> waiting = store.waiting(handle, after, BATCH);
        if (waiting.isEmpty()) {
            return Step.NOTHING;
        }
        Set<Long> already = new HashSet<>(
                store.sealed(handle, waiting.stream().map(SealStore.Waiting::id).toList()));
        if (!already.isEmpty()) {
            store.forget(handle, already);
        }
        Optional<Seal> head = store.head(handle);
        long position = head.map(Seal::position).orElse(0L);
        Digest previous = head.map(Seal::hash).orElse(Digest.ZERO);
        Instant now = store.now(handle);
        List<Seal> seals = new ArrayList<>();
        for (SealStore.Waiting row : waiting) {
            Optional<Seal> seal =
                    already.contains(row.id()) ? Optional.empty() : seal(tenant, row, position + 1, previous, now);
            if (seal.isPresent()) {
                seals.add(seal.get());
                position++;
                previous = seal.get().hash();
            }
        }
        if (!seals.isEmpty()) {
            store.append(handle, seals);
        }
        return new Step(seals.size(), waiting.getLast().id(), waiting.size() == BATCH);
    }

    // What cannot be sealed goes on waiting: a verification names it, and the rows behind it are sealed all the same.
    private static Optional<Seal> seal(
            TenantId tenant, SealStore.Waiting row, long position, Digest previous, Instant now) {
        try {
            return row.content().readable().map(known -> Seal.next(position, previous, known, now));
        } catch (ProtocolException e) {
            LOG.debugf("audit row %d of `%s` cannot be sealed: %s", row.id(), tenant, e.getMessage());
            return Optional.empty();
        }
    }
}
