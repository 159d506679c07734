package dev.muster.control.rollouts;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.foureyes.Critical;
import dev.muster.control.foureyes.FourEyesService;
import dev.muster.control.foureyes.SecondPerson;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.quotas.Quota;
import dev.muster.control.quotas.QuotaService;
import dev.muster.control.rollouts.DeviceState.Kind;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tracing.Tracing;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Plans rollouts and lets people steer them; the worker does the rest. Thread-safe. */
@Singleton
public class RolloutService {
    private static final Duration MEASURE_EVERY = Duration.ofSeconds(5);

    private final RolloutStore store;
    private final RolloutDeviceStore rows;
    private final MetricStore metrics;
    private final List<RolloutTargets> kinds;
    private final FourEyesService fourEyes;
    private final SecondPerson second;
    private final DeviceService devices;
    private final DesiredService desired;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final QuotaService quotas;
    private final Tracing tracing;
    private final Clock clock;

    RolloutService(
            RolloutStore store,
            RolloutDeviceStore rows,
            MetricStore metrics,
            @All List<RolloutTargets> kinds,
            FourEyesService fourEyes,
            SecondPerson second,
            DeviceService devices,
            DesiredService desired,
            AuditStore audit,
            TenantTransactions transactions,
            QuotaService quotas,
            Tracing tracing,
            Clock clock) {
        this.tracing = tracing;
        this.store = store;
        this.rows = rows;
        this.metrics = metrics;
        this.kinds = List.copyOf(kinds);
        this.fourEyes = fourEyes;
        this.second = second;
        this.devices = devices;
        this.desired = desired;
        this.audit = audit;
        this.transactions = transactions;
        this.quotas = quotas;
        this.clock = clock;
    }

    /**
     * Plans a rollout over the active devices that the selector and the caller's scope allow and that the subject has
     * something for; empty, and nothing happened, where that is none. Joins the caller's transaction.
     */
    public Optional<RolloutId> create(Handle handle, Access access, RolloutPlan plan) {
        List<DeviceId> chosen = fitting(
                handle, plan.subject(), store.active(handle, devices.select(handle, access.scope(), plan.selector())));
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        RolloutId id = new RolloutId(UUID.randomUUID());
        RolloutHead head = new RolloutHead(
                id,
                plan.name(),
                plan.subject(),
                plan.selector().text(),
                plan.maxFailurePercent(),
                plan.deadline(),
                plan.pacing(),
                plan.installing(),
                plan.newcomers(),
                RolloutHead.FreezeOverride.NONE,
                0,
                clock.instant(),
                access.caller().actor(),
                access.caller().name());
        Rollout planned = new Rollout(
                new RolloutState.Ready(), WavePlan.waves(plan.waves(), chosen.size()), plan.maxFailurePercent());
        Rollout ready = isCritical(handle, plan.subject().kind()) ? planned.asking() : planned;
        store.insert(handle, new StoredRollout(head, ready), second.behind(handle, access.caller()));
        tracing.current().ifPresent(trace -> store.keepTrace(handle, id, trace));
        int next = 0;
        for (Wave wave : ready.waves()) {
            rows.insert(handle, id, wave.index(), chosen.subList(next, next + wave.size()), clock.instant());
            next += wave.size();
        }
        note(handle, access.caller(), "rollout.create", id, Map.of("name", plan.name(), "devices", chosen.size()));
        if (plan.start()) {
            decide(handle, id, new Rollout.Event.Start());
            note(handle, access.caller(), "rollout.start", id, Map.of());
        }
        return Optional.of(id);
    }

    /** The policy version that the rollout completed last brought, if its selector means the device. */
    public Optional<Long> completedPolicyFor(Handle handle, DeviceRef device) {
        return store.newestCompletedPolicy(handle)
                .filter(head -> devices.select(
                                handle, Scope.wholeTenant(device.tenant()), Selector.parse(head.selector()))
                        .contains(device.device()))
                .map(head -> head.subject() instanceof RolloutSubject.OfPolicy of ? of.version() : 0L);
    }

    /**
     * Ends every open rollout of the kind in favour of {@code by}, for moved and unmoved devices alike. As long as
     * {@code by} waits for a second person it ends only those that do as well: it is called again when one agreed.
     */
    public void supersedeAll(Handle handle, RolloutKind kind, RolloutId by) {
        boolean waits = awaitsApproval(handle, by);
        for (RolloutId id : store.open(handle, kind)) {
            if (!id.equals(by) && (!waits || awaitsApproval(handle, id))) {
                decide(handle, id, new Rollout.Event.Supersede(by));
            }
        }
    }

    /** How many devices a rollout has, and whether a second person has to let it begin. */
    public record Standing(long devices, boolean waits) {}

    /** How one stands; joins the caller's transaction. */
    public Standing standing(Handle handle, RolloutId id) {
        Rollout rollout = store.lock(handle, id).orElseThrow().progress();
        return new Standing(rollout.waves().stream().mapToLong(Wave::size).sum(), rollout.awaitsApproval());
    }

    private boolean awaitsApproval(Handle handle, RolloutId id) {
        return store.lock(handle, id).orElseThrow().progress().awaitsApproval();
    }

    private boolean isCritical(Handle handle, RolloutKind kind) {
        return fourEyes.asks(
                handle,
                switch (kind) {
                    case RELEASE, SETTINGS -> Critical.ROLLOUTS;
                    case POLICY -> Critical.POLICIES;
                });
    }

    /** Pauses what runs in the caller's transaction; how many there were. A person lets each go on. */
    public int pauseAll(Handle handle, Caller caller, String reason) {
        List<RolloutId> running = store.in(handle, RolloutState.Kind.RUNNING);
        for (RolloutId id : running) {
            decide(handle, id, new Rollout.Event.Pause(reason));
            note(handle, caller, "rollout.pause", id, Map.of("reason", reason));
        }
        return running.size();
    }

    /** Deadlines of devices move on by the time in which nothing could happen in the caller's tenant. */
    public void stoodStill(Handle handle, Duration time) {
        rows.postpone(handle, time);
    }

    private List<DeviceId> fitting(Handle handle, RolloutSubject subject, List<DeviceId> active) {
        return targets(subject).fitting(handle, subject, active);
    }

    private RolloutTargets targets(RolloutSubject subject) {
        return kinds.stream()
                .filter(targets -> targets.kind() == subject.kind())
                .findFirst()
                .orElseThrow();
    }

    /** A person's word; the problem {@code conflict} where the state does not allow it. */
    StoredRollout steer(Access access, RolloutId id, Rollout.Event event, String verb) {
        return transactions.in(access.tenant(), handle -> {
            RolloutHead head = steerable(handle, access, id).head();
            if (event instanceof Rollout.Event.Start) {
                starting(handle, access, head);
            }
            decide(handle, id, event);
            tracing.current().ifPresent(trace -> store.keepTrace(handle, id, trace));
            note(handle, access.caller(), "rollout." + verb, id, Map.of());
            return find(handle, access, id);
        });
    }

    /** One made before the tenant asked for four eyes has no gate for them: it gets its approval before it starts. */
    private void starting(Handle handle, Access access, RolloutHead head) {
        Wave first =
                store.lock(handle, head.id()).orElseThrow().progress().waves().getFirst();
        if (!first.gates().approval() && isCritical(handle, head.subject().kind())) {
            throw new ProblemException(
                    ProblemCode.SECOND_PERSON_NEEDED,
                    "expected an approval of wave 0 by another person, found none: this rollout was made before four"
                            + " eyes were asked for; somebody with the role `approver` approves wave 0, then start it");
        }
        store.addPeople(handle, head.id(), second.behind(handle, access.caller()));
    }

    /** A second person lets a wave open; {@code forbidden} for whoever made or started the rollout. */
    StoredRollout approve(Access access, RolloutId id, int wave) {
        return transactions.in(access.tenant(), handle -> {
            RolloutHead head = steerable(handle, access.person(), id).head();
            Rollout before = store.lock(handle, id).orElseThrow().progress();
            second.require(handle, access, behind(handle, head));
            if (wave == 0
                    && before.state() instanceof RolloutState.Ready
                    && isCritical(handle, head.subject().kind())) {
                store.askApproval(handle, id, wave);
            }
            decide(handle, id, new Rollout.Event.Approve(wave));
            store.approve(handle, id, wave, access.caller().actor());
            tracing.current().ifPresent(trace -> store.keepTrace(handle, id, trace));
            note(handle, access.caller(), "rollout.approve", id, Map.of("wave", wave));
            if (wave == 0 && head.subject().kind() != RolloutKind.RELEASE) {
                supersedeAll(handle, head.subject().kind(), id);
            }
            return find(handle, access, id);
        });
    }

    private Set<String> behind(Handle handle, RolloutHead head) {
        Set<String> kept = store.people(handle, head.id());
        return kept.isEmpty() ? second.behind(handle, head.createdBy()) : kept;
    }

    /** Nobody joins it any more. */
    StoredRollout endNewcomers(Access access, RolloutId id) {
        return transactions.in(access.tenant(), handle -> {
            steerable(handle, access, id);
            store.endNewcomers(handle, id);
            note(handle, access.caller(), "rollout.newcomers-end", id, Map.of());
            return find(handle, access, id);
        });
    }

    /** Lets the device into the rollout's last wave, if it is not in it yet and the rollout has something for it. */
    void join(Handle handle, RolloutId id, DeviceRef device) {
        StoredRollout stored = store.lock(handle, id).orElseThrow();
        if (rows.lock(handle, id, device.device()).isPresent()
                || fitting(handle, stored.head().subject(), store.active(handle, List.of(device.device())))
                        .isEmpty()) {
            return;
        }
        Rollout before = stored.progress();
        if (before.on(new Rollout.Event.Join(), clock.instant()) instanceof Rollout.Decision.Accepted accepted) {
            int last = before.waves().size() - 1;
            rows.insert(handle, id, last, List.of(device.device()), clock.instant());
            store.grow(handle, id, last);
            store.save(handle, id, before, accepted.next(), clock.instant());
            scatter(handle, stored.head(), before, accepted.next());
        }
    }

    /** Looks again at devices that were blocked, whose rows are held: those that meet what is required wait for their turn. */
    void unblock(Handle handle, RolloutId id, List<DeviceId> devices) {
        StoredRollout stored = store.lock(handle, id).orElseThrow();
        Map<DeviceId, List<String>> unmet =
                targets(stored.head().subject()).unmet(handle, stored.head().subject(), desired.read(handle, devices));
        List<RolloutDeviceStore.Move> moves = new ArrayList<>();
        for (DeviceId device : devices) {
            RolloutDevice row = rows.lock(handle, id, device).orElseThrow();
            List<String> missing = unmet.getOrDefault(device, List.of());
            DeviceStep step =
                    missing.isEmpty() ? new DeviceStep.Unblock() : new DeviceStep.Block(String.join("; ", missing));
            DeviceState next = DeviceStep.apply(row.state(), step, row.deadline());
            if (!next.equals(row.state())) {
                moves.add(new RolloutDeviceStore.Move(row, next, row.targets()));
            }
        }
        rows.save(handle, moves, clock.instant());
        if (moves.stream().anyMatch(move -> move.next() instanceof DeviceState.Waiting)) {
            decide(handle, id, new Rollout.Event.Unblock());
        }
    }

    /** The rollout, if every device of it is in scope. */
    StoredRollout steerable(Handle handle, Access access, RolloutId id) {
        StoredRollout found = find(handle, access, id);
        if (store.reachesBeyond(handle, access.scope(), id)) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN,
                    "expected the role `" + access.role().text() + "` for every device of the rollout");
        }
        return found;
    }

    /** The rollout, if a device of it is in scope; the problem {@code rollout-not-found} otherwise. */
    StoredRollout find(Handle handle, Access access, RolloutId id) {
        return store.find(handle, access.scope(), id)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.ROLLOUT_NOT_FOUND, "no rollout `" + id + "` is visible to you"));
    }

    /** Applies an event under the rollout's lock, and what follows from it for devices whose turn has not come. */
    void decide(Handle handle, RolloutId id, Rollout.Event event) {
        StoredRollout stored = store.lock(handle, id).orElseThrow();
        Rollout before =
                event instanceof Rollout.Event.Evaluate ? measured(handle, id, stored.progress()) : stored.progress();
        switch (before.on(event, clock.instant())) {
            case Rollout.Decision.Refused refused -> throw new ProblemException(ProblemCode.CONFLICT, refused.reason());
            case Rollout.Decision.Accepted accepted -> {
                Rollout after = accepted.next();
                store.save(handle, id, before, after, clock.instant());
                if (event instanceof Rollout.Event.Start) {
                    quotas.check(handle, Quota.ROLLOUTS_IN_FLIGHT);
                }
                scatter(handle, stored.head(), before, after);
                if (!before.state().equals(after.state())) {
                    release(handle, id, after.state());
                }
            }
        }
    }

    /** With what devices tell now, where a gate waits for nothing but that; looked at every few seconds. */
    private Rollout measured(Handle handle, RolloutId id, Rollout rollout) {
        Rollout next = rollout;
        Instant now = clock.instant();
        for (Wave wave : rollout.waves()) {
            Optional<MetricGate> gate = wave.gates().metric();
            if (gate.isPresent()
                    && wave.state() == Wave.State.RUNNING
                    && wave.handedOutAndSucceeded()
                    && metrics.lookedAt(handle, id, wave.index())
                            .filter(last -> now.isBefore(last.plus(MEASURE_EVERY)))
                            .isEmpty()) {
                next = next.with(wave.told(metrics.read(handle, id, wave.index(), gate.get(), now)));
            }
        }
        return next;
    }

    /** The devices of a wave that just opened wait their random delays. */
    private void scatter(Handle handle, RolloutHead head, Rollout before, Rollout after) {
        if (head.pacing().jitter().isZero()) {
            return;
        }
        for (Wave wave : after.waves()) {
            if (wave.state() == Wave.State.RUNNING
                    && before.waves().get(wave.index()).state() == Wave.State.WAITING) {
                rows.scatter(
                        handle,
                        head.id(),
                        wave.index(),
                        clock.instant(),
                        head.pacing().jitter());
            }
        }
    }

    private void release(Handle handle, RolloutId id, RolloutState end) {
        switch (end) {
            case RolloutState.Aborted s -> {
                for (Kind untouched : List.of(Kind.WAITING, Kind.BLOCKED)) {
                    rows.moveAll(handle, id, untouched, new DeviceState.Cancelled(), clock.instant());
                }
            }
            case RolloutState.Superseded s -> {
                for (Kind open : List.of(Kind.WAITING, Kind.STARTED, Kind.ACCEPTED, Kind.UNREACHED, Kind.BLOCKED)) {
                    rows.moveAll(handle, id, open, new DeviceState.Superseded(s.by()), clock.instant());
                }
            }
            case RolloutState.Ready s -> {}
            case RolloutState.Running s -> {}
            case RolloutState.Paused s -> {}
            case RolloutState.Completed s -> {}
        }
    }

    void note(Handle handle, Caller caller, String verb, RolloutId id, Map<String, ?> detail) {
        audit.append(handle, caller, verb, "rollout/" + id, detail);
    }
}
