package dev.muster.control.jobs;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.arc.All;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.util.List;

/** Lets every feature forget what is too old, once an hour, on instances with the role worker. */
@Singleton
class RetentionJob {
    private final MusterConfig config;
    private final TenantTransactions transactions;
    private final List<Retention> retentions;

    RetentionJob(MusterConfig config, TenantTransactions transactions, @All List<Retention> retentions) {
        this.config = config;
        this.transactions = transactions;
        this.retentions = List.copyOf(retentions);
    }

    @Scheduled(every = "1h", delayed = "10m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void forget() {
        if (!config.has(ServerRole.WORKER)) {
            return;
        }
        for (TenantId tenant : transactions.tenants()) {
            for (Retention retention : retentions) {
                WorkerThread.safely(
                        "forget " + retention.what() + " of `" + tenant + "`", () -> retention.forget(tenant));
            }
        }
    }
}
