package dev.muster.control.explain;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Forgets what is older than {@code muster.explain.history}, on instances with the role worker. */
@Singleton
class HistoryKeeper {
    private static final Logger LOG = Logger.getLogger(HistoryKeeper.class);

    private final MusterConfig config;
    private final ExplainConfig explain;
    private final TenantTransactions transactions;
    private final HistoryStore history;
    private final SignedManifestStore manifests;
    private final PermissionReportStore reports;
    private final SituationStore situations;
    private final Clock clock;

    HistoryKeeper(
            MusterConfig config,
            ExplainConfig explain,
            TenantTransactions transactions,
            HistoryStore history,
            SignedManifestStore manifests,
            PermissionReportStore reports,
            SituationStore situations,
            Clock clock) {
        this.config = config;
        this.explain = explain;
        this.transactions = transactions;
        this.history = history;
        this.manifests = manifests;
        this.reports = reports;
        this.situations = situations;
        this.clock = clock;
    }

    @Scheduled(every = "1h", delayed = "10m")
    void forget() {
        if (!config.has(ServerRole.WORKER)) {
            return;
        }
        for (TenantId tenant : transactions.tenants()) {
            try {
                forget(tenant);
            } catch (RuntimeException e) {
                LOG.warnf(e, "cannot forget old history of `%s` now, trying again in an hour", tenant);
            }
        }
    }

    void forget(TenantId tenant) {
        Instant before = clock.instant().minus(explain.history());
        transactions.run(tenant, handle -> history.forget(handle, before));
        transactions.run(tenant, handle -> manifests.forget(handle, before));
        transactions.run(tenant, handle -> reports.forget(handle, before));
        transactions.run(tenant, handle -> situations.forget(handle, before));
    }
}
