package dev.muster.control.audit;

import dev.muster.control.access.Caller;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.audit.Finding;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/** Verifies each chain once in {@code muster.audit.verify-every}, on instances with the role worker. */
@Singleton
class ChainKeeper {
    private static final ChainService.Listener NOBODY = new ChainService.Listener() {
        @Override
        public void progress(long checked, long of) {}

        @Override
        public void found(Finding finding) {}
    };

    private final MusterConfig config;
    private final AuditConfig audit;
    private final AuditStore store;
    private final ChainService chain;
    private final TenantTransactions transactions;
    private final Clock clock;

    ChainKeeper(
            MusterConfig config,
            AuditConfig audit,
            AuditStore store,
            ChainService chain,
            TenantTransactions transactions,
            Clock clock) {
        this.config = config;
        this.audit = audit;
        this.store = store;
        this.chain = chain;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Scheduled(every = "1h", delayed = "15m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        if (!config.has(ServerRole.WORKER)) {
            return;
        }
        for (TenantId tenant : transactions.tenants()) {
            WorkerThread.safely("verify the audit trail of `" + tenant + "`", () -> {
                Optional<AuditEntry> last =
                        transactions.in(tenant, handle -> store.newest(handle, ChainService.VERIFY, AuditStore.TRAIL));
                if (last.filter(row -> row.at().plus(audit.verifyEvery()).isAfter(clock.instant()))
                        .isEmpty()) {
                    chain.verify(new Caller.Server(tenant, "audit"), Optional.empty(), NOBODY);
                }
            });
        }
    }
}
