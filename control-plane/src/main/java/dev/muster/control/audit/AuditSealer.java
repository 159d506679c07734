package dev.muster.control.audit;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The thread that seals, several times a second, on every instance with the role worker; and keeps checkpoints as chains grow. */
@Singleton
class AuditSealer {
    private final MusterConfig config;
    private final AuditConfig audit;
    private final SealService seals;
    private final CheckpointService checkpoints;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final WorkerThread thread = new WorkerThread();
    /** Chains that grew, and when their checkpoint is due; only the thread touches it. */
    private final Map<TenantId, Instant> due = new HashMap<>();

    private boolean begun;

    AuditSealer(
            MusterConfig config,
            AuditConfig audit,
            SealService seals,
            CheckpointService checkpoints,
            TenantTransactions transactions,
            Clock clock) {
        this.config = config;
        this.audit = audit;
        this.seals = seals;
        this.checkpoints = checkpoints;
        this.transactions = transactions;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            thread.start("audit-sealer", this::round);
        }
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        thread.stop();
    }

    private void round() {
        if (!begun) {
            // What grew before this start, and what another instance did not come to any more.
            transactions.tenants().forEach(tenant -> due.put(tenant, clock.instant()));
            begun = true;
        }
        for (TenantId tenant : seals.waiting()) {
            WorkerThread.safely("seal the audit trail of `" + tenant + "`", () -> {
                if (seals.seal(tenant) > 0) {
                    due.putIfAbsent(tenant, clock.instant().plus(audit.checkpointEvery()));
                }
            });
        }
        Instant now = clock.instant();
        List<TenantId> ready = due.entrySet().stream()
                .filter(entry -> !entry.getValue().isAfter(now))
                .map(Map.Entry::getKey)
                .toList();
        for (TenantId tenant : ready) {
            due.remove(tenant);
            if (!WorkerThread.safely(
                    "keep a checkpoint of the audit trail of `" + tenant + "`", () -> checkpoints.keep(tenant))) {
                due.put(tenant, now.plus(audit.checkpointEvery()));
            }
        }
    }
}
