package dev.muster.control.tenants;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.audit.TrailService;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.jobs.Departure;
import dev.muster.control.jobs.Farewell;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.tenancy.TenantState;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Takes away what deleted tenants had, in transactions of a bounded number of rows, and their trails once these have had their
 * time. Every step may be done by several instances at once, and be begun anew after a crash.
 */
@Singleton
class TenantReaper {
    private static final Logger LOG = Logger.getLogger(TenantReaper.class);
    private static final int BATCH = 2_000;
    private static final String PART = "tenants";

    private final MusterConfig server;
    private final TenantConfig config;
    private final TenantStore store;
    private final LeftoverStore leftovers;
    private final List<Farewell> farewells;
    private final List<Departure> departures;
    private final TrailService trails;
    private final GatewayNotice gateways;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final WorkerThread thread = new WorkerThread();

    TenantReaper(
            MusterConfig server,
            TenantConfig config,
            TenantStore store,
            LeftoverStore leftovers,
            @All List<Farewell> farewells,
            @All List<Departure> departures,
            TrailService trails,
            GatewayNotice gateways,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.server = server;
        this.config = config;
        this.store = store;
        this.leftovers = leftovers;
        this.farewells = List.copyOf(farewells);
        this.departures = List.copyOf(departures);
        this.trails = trails;
        this.gateways = gateways;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        if (server.has(ServerRole.WORKER)) {
            thread.start("tenants", this::round);
        }
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        thread.stop();
    }

    private void round() {
        Instant now = clock.instant();
        for (TenantId tenant : transactions.inJobs(jobs -> store.toDelete(jobs, now, now.minus(config.settle())))) {
            WorkerThread.safely("delete tenant `" + tenant + "`", () -> delete(tenant));
        }
        for (TenantId tenant : transactions.inJobs(jobs -> store.toForget(jobs, now))) {
            WorkerThread.safely("forget the trail of tenant `" + tenant + "`", () -> forget(tenant));
        }
    }

    private void delete(TenantId tenant) {
        farewells.forEach(farewell -> farewell.before(tenant));
        transactions.run(tenant, leftovers::unlink);
        // What devices said last may arrive while we go through: only a pass that finds nothing is the last one.
        while (pass(tenant) > 0) {
            if (thread.isStopping()) {
                return;
            }
        }
        for (Departure departure : departures) {
            if (!departure.depart(tenant)) {
                LOG.infof("%s of tenant `%s` have to wait", departure.what(), tenant);
                return;
            }
        }
        transactions.passing(passage -> {
            boolean ended = passage.in(tenant, handle -> {
                Tenant before = store.lock(handle).orElseThrow();
                if (before.state() != TenantState.DELETING) {
                    return false;
                }
                Tenant after = before.deleted(clock.instant().plus(config.keepTrail()));
                store.save(handle, after);
                gateways.tell(handle, after);
                audit.append(handle, new Caller.Server(tenant, PART), "tenant.deleted", "tenant/" + tenant, Map.of());
                return true;
            });
            if (ended) {
                passage.in(TenantId.DEFAULT, handle -> {
                    audit.append(
                            handle,
                            new Caller.Server(TenantId.DEFAULT, PART),
                            "tenant.deleted",
                            "tenant/" + tenant,
                            Map.of("trailKept", config.keepTrail().toString()));
                    return Boolean.TRUE;
                });
            }
            return ended;
        });
        LOG.infof("tenant `%s` is deleted", tenant);
    }

    /** Once through all tables; how many rows were there. */
    private long pass(TenantId tenant) {
        long gone = 0;
        for (String table : transactions.in(tenant, leftovers::tables)) {
            int some = BATCH;
            while (some == BATCH && !thread.isStopping()) {
                some = transactions.in(tenant, handle -> leftovers.delete(handle, table, BATCH));
                gone += some;
            }
        }
        long some = BATCH;
        while (some >= BATCH && !thread.isStopping()) {
            some = transactions.in(tenant, handle -> leftovers.deleteTelemetry(handle, BATCH));
            gone += some;
        }
        return gone;
    }

    private void forget(TenantId tenant) {
        while (transactions.in(tenant, handle -> store.forgetTrail(handle, BATCH)) > 0) {
            if (thread.isStopping()) {
                return;
            }
        }
        trails.forget(tenant);
        transactions.run(tenant, store::trailGone);
        transactions.run(
                TenantId.DEFAULT,
                handle -> audit.append(
                        handle,
                        new Caller.Server(TenantId.DEFAULT, PART),
                        "tenant.trail-gone",
                        "tenant/" + tenant,
                        Map.of()));
    }
}
