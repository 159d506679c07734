package dev.muster.control.restored;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Runs between the relay's start and the ports for devices: a worker does what a restore left to do, everybody else waits for it. Where
 * nothing was restored it costs one query.
 */
@Singleton
final class RestoredStart {
    private static final Logger LOG = Logger.getLogger(RestoredStart.class);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration LONGEST_SENDING = Duration.ofMinutes(1);
    private static final long LOOK_MILLIS = 200;

    private final MusterConfig config;
    private final RestoredStore store;
    private final OutboxStore outbox;
    private final List<AfterRestore> parts;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final CountDownLatch closing = new CountDownLatch(1);

    RestoredStart(
            MusterConfig config,
            RestoredStore store,
            OutboxStore outbox,
            @All List<AfterRestore> parts,
            TenantTransactions transactions,
            Clock clock) {
        this.config = config;
        this.store = store;
        this.outbox = outbox;
        this.parts = List.copyOf(parts);
        this.transactions = transactions;
        this.clock = clock;
    }

    void start(@Observes @Priority(3_500) StartupEvent event) {
        if (!config.has(ServerRole.WORKER) && !config.has(ServerRole.DEVICE)) {
            return;
        }
        List<TenantId> waiting = transactions.inJobs(store::waiting);
        if (waiting.isEmpty()) {
            return;
        }
        if (config.has(ServerRole.WORKER)) {
            waiting.forEach(this::restored);
            // A gateway that starts with this server reads to the end of what it finds, and refuses whom it does not
            // find.
            if (!await(LONGEST_SENDING, () -> transactions.inJobs(outbox::isEmpty))) {
                LOG.warn("not everything that was told anew after the restore has reached Kafka; it follows");
            }
        } else if (!await(LONGEST, () -> transactions.inJobs(store::waiting).isEmpty())) {
            throw new IllegalStateException("expected a worker to finish the restore within " + LONGEST.toMinutes()
                    + " minutes; devices must not be shown versions older than those they know: start one with the role"
                    + " `worker`");
        }
    }

    void stop(@Observes ShutdownEvent event) {
        closing.countDown();
    }

    // Signing comes before devices here; jobs and consumers of this server, which run already, take the two the other
    // way round.
    private void restored(TenantId tenant) {
        TenantTransactions.again(() -> {
            transactions.runForMany(tenant, handle -> restored(handle, tenant));
            return Boolean.TRUE;
        });
    }

    private void restored(Handle handle, TenantId tenant) {
        OptionalLong floor = store.lock(handle);
        if (floor.isEmpty()) {
            return;
        }
        for (AfterRestore part : parts) {
            part.restored(handle, tenant, floor.getAsLong());
            LOG.debugf("after the restore of `%s`: %s", tenant, part.what());
        }
        store.done(handle, clock.instant());
        LOG.infof("tenant `%s` goes on after a restore, with versions from %d on", tenant, floor.getAsLong());
    }

    /** Whether it came true before the time was over, or the server was told to end. */
    private boolean await(Duration longest, BooleanSupplier condition) {
        long end = System.nanoTime() + longest.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                if (closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() - end > 0) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
