package dev.muster.control.compliance;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import org.jboss.logging.Logger;

/** Makes devices stale when their time has come: it reads the rows that are due and no others. */
@Singleton
class ComplianceKeeper {
    private static final Logger LOG = Logger.getLogger(ComplianceKeeper.class);
    private static final int BATCH = 500;

    private final MusterConfig config;
    private final TenantTransactions transactions;
    private final ComplianceStore store;
    private final ComplianceService service;
    private final ChangeFeed feed;
    private final Clock clock;

    ComplianceKeeper(
            MusterConfig config,
            TenantTransactions transactions,
            ComplianceStore store,
            ComplianceService service,
            ChangeFeed feed,
            Clock clock) {
        this.config = config;
        this.transactions = transactions;
        this.store = store;
        this.service = service;
        this.feed = feed;
        this.clock = clock;
    }

    @Scheduled(every = "30s", delayed = "30s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        if (!config.has(ServerRole.WORKER)) {
            return;
        }
        for (TenantId tenant : transactions.activeTenants()) {
            try {
                look(tenant);
            } catch (RuntimeException e) {
                LOG.warnf(e, "cannot look for stale devices of `%s` now, trying again", tenant);
            }
        }
    }

    /** Judges all that is due; answers how many rows changed. */
    int look(TenantId tenant) {
        int changed = 0;
        List<DeviceId> due;
        do {
            due = transactions.in(tenant, handle -> store.due(handle, clock.instant(), BATCH));
            int moved = 0;
            for (DeviceId device : due) {
                // One by one: a device that is reporting right now holds its own row, and nobody else waits for it.
                if (transactions.in(tenant, handle -> service.judge(handle, new DeviceRef(tenant, device)))) {
                    moved++;
                    feed.device(tenant, device);
                }
            }
            changed += moved;
            if (moved == 0) {
                break;
            }
        } while (due.size() == BATCH);
        return changed;
    }
}
