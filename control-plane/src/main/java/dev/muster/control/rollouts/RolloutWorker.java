package dev.muster.control.rollouts;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tracing.Step;
import dev.muster.control.tracing.Tracing;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.trace.Traceparent;
import io.opentelemetry.api.trace.SpanKind;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The thread that drives rollouts, on every instance with the role worker. It holds no state that matters: each step is one short
 * transaction that first locks what it changes and looks at it again, so several workers, and a worker that died in the
 * middle, do no harm.
 */
@Singleton
class RolloutWorker {
    /** How many start in one transaction, whose locks keep what else concerns these devices waiting. */
    private static final int BATCH = 200;

    private final MusterConfig config;
    private final TenantTransactions transactions;
    private final RolloutStore rollouts;
    private final RolloutDeviceStore rows;
    private final RolloutService service;
    private final RolloutProgress progress;
    private final FreezeHold freezes;
    private final ChangeFeed feed;
    private final Tracing tracing;
    private final Clock clock;
    /** What open pages were told last; only this thread touches it, and losing it loses nothing. */
    private final Map<TenantId, Map<RolloutId, Rollout>> shown = new HashMap<>();

    private final WorkerThread thread = new WorkerThread();

    RolloutWorker(
            MusterConfig config,
            TenantTransactions transactions,
            RolloutStore rollouts,
            RolloutDeviceStore rows,
            RolloutService service,
            RolloutProgress progress,
            FreezeHold freezes,
            ChangeFeed feed,
            Tracing tracing,
            Clock clock) {
        this.tracing = tracing;
        this.config = config;
        this.transactions = transactions;
        this.rollouts = rollouts;
        this.rows = rows;
        this.service = service;
        this.progress = progress;
        this.freezes = freezes;
        this.feed = feed;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            thread.start("rollouts", this::all);
        }
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        thread.stop();
    }

    private void all() {
        for (TenantId tenant : transactions.activeTenants()) {
            WorkerThread.safely(tenant, "move rollouts of `" + tenant + "`", () -> tenant(tenant));
        }
    }

    private void tenant(TenantId tenant) {
        for (RolloutDeviceStore.Due due : transactions.in(tenant, handle -> rows.due(handle, clock.instant(), BATCH))) {
            DeviceRef device = new DeviceRef(tenant, due.device());
            WorkerThread.safely(
                    "look at the deadline of `" + device + "`",
                    () -> transactions.run(tenant, handle -> progress.elapse(handle, due.rollout(), device)));
        }
        for (RolloutId rollout : transactions.in(tenant, handle -> rollouts.in(handle, RolloutState.Kind.RUNNING))) {
            WorkerThread.safely("move rollout `" + rollout + "`", () -> rollout(tenant, rollout));
        }
    }

    private void rollout(TenantId tenant, RolloutId id) {
        StoredRollout current = transactions.in(tenant, handle -> {
            service.decide(handle, id, new Rollout.Event.Evaluate());
            return rollouts.lock(handle, id).orElseThrow();
        });
        if (!current.progress()
                .equals(shown.computeIfAbsent(tenant, key -> new HashMap<>()).put(id, current.progress()))) {
            feed.rollout(tenant, id.toString());
        }
        if (!(current.progress().state() instanceof RolloutState.Running)) {
            return;
        }
        List<DeviceId> waiting = transactions.in(tenant, handle -> {
            List<DeviceId> ready = freezes.pass(
                    handle, current.head(), rows.toStart(handle, id, clock.instant(), BATCH), clock.instant());
            return ready.subList(0, rollouts.takePace(handle, current.head(), ready.size(), clock.instant()));
        });
        if (!waiting.isEmpty()) {
            traced(tenant, current.head(), () -> start(tenant, current.head(), waiting));
        }
    }

    /** A step belongs to the trace of the request that started the rollout, or let it go on. */
    private void traced(TenantId tenant, RolloutHead rollout, Runnable step) {
        Optional<Traceparent> trace = tracing.on()
                ? transactions.in(tenant, handle -> rollouts.trace(handle, rollout.id()))
                : Optional.empty();
        if (trace.isEmpty()) {
            step.run();
            return;
        }
        try (Step span = tracing.begin(SpanKind.INTERNAL, "rollout step", trace.get())
                .with("muster.tenant", tenant.value())
                .with("muster.rollout", rollout.id().toString())) {
            span.run(step);
        }
    }

    /** Together, and where that fails each alone: one that cannot start keeps no other from it. */
    private void start(TenantId tenant, RolloutHead rollout, List<DeviceId> devices) {
        boolean started = WorkerThread.safely(
                "start " + devices.size() + " devices in rollout `" + rollout.id() + "`",
                () -> transactions.runForMany(tenant, handle -> progress.start(handle, rollout, tenant, devices)));
        if (!started && devices.size() > 1) {
            for (DeviceId device : devices) {
                if (thread.isStopping()) {
                    return;
                }
                WorkerThread.safely(
                        "start `" + device + "` in rollout `" + rollout.id() + "`",
                        () -> transactions.run(
                                tenant, handle -> progress.start(handle, rollout, tenant, List.of(device))));
            }
        }
    }
}
