package dev.muster.control.help;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.tenancy.TenantTransactions;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;

/** Ends sessions whose time is over, on every instance with the role worker; several do no harm. */
@Singleton
class HelpWorker {
    private final MusterConfig config;
    private final TenantTransactions transactions;
    private final HelpService service;

    HelpWorker(MusterConfig config, TenantTransactions transactions, HelpService service) {
        this.config = config;
        this.transactions = transactions;
        this.service = service;
    }

    @Scheduled(every = "5s", delayed = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void sweep() {
        if (config.has(ServerRole.WORKER)) {
            transactions
                    .activeTenants()
                    .forEach(tenant -> WorkerThread.safely(
                            tenant, "end sessions of remote help of `" + tenant + "`", () -> service.sweep(tenant)));
        }
    }
}
