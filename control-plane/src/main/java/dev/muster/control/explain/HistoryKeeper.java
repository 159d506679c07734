package dev.muster.control.explain;

import dev.muster.control.jobs.Retention;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/** Forgets what is older than {@code muster.explain.history}. */
@Singleton
class HistoryKeeper implements Retention {
    private final ExplainConfig explain;
    private final TenantTransactions transactions;
    private final HistoryStore history;
    private final SignedManifestStore manifests;
    private final PermissionReportStore reports;
    private final SituationStore situations;
    private final Clock clock;

    HistoryKeeper(
            ExplainConfig explain,
            TenantTransactions transactions,
            HistoryStore history,
            SignedManifestStore manifests,
            PermissionReportStore reports,
            SituationStore situations,
            Clock clock) {
        this.explain = explain;
        this.transactions = transactions;
        this.history = history;
        this.manifests = manifests;
        this.reports = reports;
        this.situations = situations;
        this.clock = clock;
    }

    @Override
    public String what() {
        return "old history";
    }

    @Override
    public void forget(TenantId tenant) {
        Instant before = clock.instant().minus(explain.history());
        transactions.run(tenant, handle -> history.forget(handle, before));
        transactions.run(tenant, handle -> manifests.forget(handle, before));
        transactions.run(tenant, handle -> reports.forget(handle, before));
        transactions.run(tenant, handle -> situations.forget(handle, before));
    }
}
