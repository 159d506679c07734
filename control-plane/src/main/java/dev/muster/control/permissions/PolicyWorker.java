package dev.muster.control.permissions;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The thread that settles devices that are due, on every instance with the role worker. One device is one transaction
 * that locks it and looks again, so several workers, and one that died in the middle, do no harm.
 */
@Singleton
class PolicyWorker {
    private static final Logger LOG = Logger.getLogger(PolicyWorker.class);
    private static final long PAUSE_MILLIS = 250;
    private static final int BATCH = 500;
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

    private final MusterConfig config;
    private final TenantTransactions transactions;
    private final HeldStore store;
    private final CapabilityStore capabilities;
    private final PolicySettler settler;
    private final Clock clock;

    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable Thread thread;

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
            Thread started = new Thread(this::run, "policies");
            // A start that fails later stops nothing by itself, and must not keep the process.
            started.setDaemon(true);
            thread = started;
            started.start();
        }
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        closing.countDown();
        if (thread != null) {
            thread.join(10_000);
        }
    }

    private void run() {
        try {
            while (!closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    for (TenantId tenant : transactions.inJobs(HeldStore::tenants)) {
                        tenant(tenant);
                    }
                } catch (RuntimeException e) {
                    LOG.warn("cannot look for devices whose policy is due now, trying again", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
        for (DeviceId device : due) {
            if (closing.getCount() == 0) {
                return;
            }
            settle(new DeviceRef(tenant, device));
        }
    }

    private void settle(DeviceRef device) {
        try {
            transactions.run(device.tenant(), handle -> settler.settle(handle, device));
        } catch (RuntimeException e) {
            LOG.warnf(e, "cannot make the policy of `%s` anew now, trying again", device);
            transactions.run(
                    device.tenant(), handle -> store.later(handle, device.device(), clock.instant(), AFTER_FAILURE));
        }
    }
}
