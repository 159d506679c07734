package dev.muster.control.permissions;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The thread that settles devices that are due, on every instance with the role worker. Devices are settled many in a
 * transaction that locks each and looks again, so several workers, and one that died in the middle, do no harm; where one
 * of them fails, each is settled by itself, so that it fails alone.
 */
@Singleton
class PolicyWorker {
    private static final Logger LOG = Logger.getLogger(PolicyWorker.class);
    private static final int BATCH = 1_000;

    /** Devices of one transaction. Their rows stay locked as long, and what they report waits. */
    private static final int TOGETHER = 200;

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

    private final MusterConfig config;
    private final TenantTransactions transactions;
    private final HeldStore store;
    private final CapabilityStore capabilities;
    private final PolicySettler settler;
    private final Clock clock;
    private final WorkerThread thread = new WorkerThread();

    PolicyWorker(
            MusterConfig config,
            TenantTransactions transactions,
            HeldStore store,
            CapabilityStore capabilities,
            PolicySettler settler,
            Clock clock) {
        this.config = config;
        this.transactions = transactions;
        this.store = store;
        this.capabilities = capabilities;
        this.settler = settler;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            thread.start("policies", this::all);
        }
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        thread.stop();
    }

    private void all() {
        for (TenantId tenant : transactions.activeTenants()) {
            WorkerThread.safely(
                    tenant, "look for devices of `" + tenant + "` whose policy is due", () -> tenant(tenant));
        }
    }

    private void tenant(TenantId tenant) {
        List<DeviceId> due = transactions.in(tenant, handle -> {
            List<DeviceId> ended = capabilities.ended(handle, clock.instant());
            if (!ended.isEmpty()) {
                store.due(handle, ended, clock.instant());
            }
            return store.due(handle, clock.instant(), BATCH);
        });
        for (int from = 0; from < due.size() && !thread.isStopping(); from += TOGETHER) {
            settle(
                    tenant,
                    due.subList(from, Math.min(due.size(), from + TOGETHER)).stream()
                            // Everybody locks in this order, so that two workers wait for each other in no circle.
                            .sorted(Comparator.comparing(DeviceId::value))
                            .toList());
        }
    }

    private void settle(TenantId tenant, List<DeviceId> devices) {
        try {
            transactions.run(
                    tenant, handle -> devices.forEach(device -> settler.settle(handle, new DeviceRef(tenant, device))));
        } catch (RuntimeException e) {
            LOG.debugf(e, "one of %d devices cannot be settled now, settling each by itself", devices.size());
            for (DeviceId device : devices) {
                if (thread.isStopping()) {
                    return;
                }
                alone(new DeviceRef(tenant, device));
            }
        }
    }

    private void alone(DeviceRef device) {
        boolean settled = WorkerThread.safely(
                "make the policy of `" + device + "` anew",
                () -> transactions.run(device.tenant(), handle -> settler.settle(handle, device)));
        if (!settled) {
            transactions.run(
                    device.tenant(), handle -> store.later(handle, device.device(), clock.instant(), AFTER_FAILURE));
        }
    }
}
