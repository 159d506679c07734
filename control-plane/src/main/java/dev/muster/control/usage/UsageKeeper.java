package dev.muster.control.usage;

import dev.muster.control.jobs.Retention;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/** Forgets what is older than {@code muster.usage.retention} and notes who is connected today. */
@Singleton
class UsageKeeper implements Retention {
    private final UsageConfig usage;
    private final TenantTransactions transactions;
    private final UsageStore store;
    private final ShadowStore shadows;
    private final SuggestionStore suggestions;
    private final Clock clock;

    UsageKeeper(
            UsageConfig usage,
            TenantTransactions transactions,
            UsageStore store,
            ShadowStore shadows,
            SuggestionStore suggestions,
            Clock clock) {
        this.usage = usage;
        this.transactions = transactions;
        this.store = store;
        this.shadows = shadows;
        this.suggestions = suggestions;
        this.clock = clock;
    }

    @Override
    public String what() {
        return "old usage";
    }

    @Override
    public void forget(TenantId tenant) {
        Instant before = clock.instant().minus(usage.retention());
        transactions.run(tenant, handle -> {
            store.forget(handle, before);
            shadows.forget(handle, before);
        });
        int today = Math.toIntExact(Math.floorDiv(clock.instant().getEpochSecond(), 86_400L));
        transactions.in(tenant, handle -> suggestions.connected(handle, today));
    }
}
