package dev.muster.control.usage;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Forgets what is older than {@code muster.usage.retention} and notes who is connected today, on instances with the role worker. */
@Singleton
class UsageKeeper {
    private static final Logger LOG = Logger.getLogger(UsageKeeper.class);

    private final MusterConfig config;
    private final UsageConfig usage;
    private final TenantTransactions transactions;
    private final UsageStore store;
    private final ShadowStore shadows;
    private final SuggestionStore suggestions;
    private final Clock clock;

    UsageKeeper(
            MusterConfig config,
            UsageConfig usage,
            TenantTransactions transactions,
            UsageStore store,
            ShadowStore shadows,
            SuggestionStore suggestions,
            Clock clock) {
        this.config = config;
        this.usage = usage;
        this.transactions = transactions;
        this.store = store;
        this.shadows = shadows;
        this.suggestions = suggestions;
        this.clock = clock;
    }

    @Scheduled(every = "1h", delayed = "15m")
    void forget() {
        if (!config.has(ServerRole.WORKER)) {
            return;
        }
        for (TenantId tenant : transactions.tenants()) {
            try {
                forget(tenant);
            } catch (RuntimeException e) {
                LOG.warnf(e, "cannot forget old usage of `%s` now, trying again in an hour", tenant);
            }
        }
    }

    void forget(TenantId tenant) {
        Instant before = clock.instant().minus(usage.retention());
        transactions.run(tenant, handle -> {
            store.forget(handle, before);
            shadows.forget(handle, before);
        });
        int today = Math.toIntExact(Math.floorDiv(clock.instant().getEpochSecond(), 86_400L));
        transactions.in(tenant, handle -> suggestions.connected(handle, today));
    }
}
