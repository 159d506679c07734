package dev.muster.control.telemetry;

import dev.muster.control.jobs.Retention;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/** Forgets the history of devices as samples are forgotten: a preview reaches as far back as one of telemetry. */
@Singleton
class HistoryKeeper implements Retention {
    private final TelemetryConfig config;
    private final TenantTransactions transactions;
    private final HistoryStore store;
    private final Clock clock;

    HistoryKeeper(TelemetryConfig config, TenantTransactions transactions, HistoryStore store, Clock clock) {
        this.config = config;
        this.transactions = transactions;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public String what() {
        return "old presence and drift";
    }

    @Override
    public void forget(TenantId tenant) {
        Instant before = clock.instant().minus(config.retention().raw());
        transactions.run(tenant, handle -> store.forget(handle, before));
    }
}
