package dev.muster.control.rollouts;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.rollouts.DeviceState.Kind;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Plans rollouts and lets people steer them; the worker does the rest. Thread-safe. */
@Singleton
public class RolloutService {
    private final RolloutStore store;
    private final RolloutDeviceStore rows;
    private final List<RolloutTargets> kinds;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    RolloutService(
            RolloutStore store,
            RolloutDeviceStore rows,
            @All List<RolloutTargets> kinds,
            DeviceService devices,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.rows = rows;
        this.kinds = List.copyOf(kinds);
        this.devices = devices;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Plans a rollout over the active devices that the selector and the caller's scope allow and that the subject has
     * something for; empty, and nothing happened, where that is none. Joins the caller's transaction.
     */
    public Optional<RolloutId> create(Handle handle, Access access, RolloutPlan plan) {
        List<DeviceId> chosen = store.active(handle, devices.select(handle, access.scope(), plan.selector())).stream()
                .filter(device -> hasSomethingFor(handle, plan, new DeviceRef(access.tenant(), device)))
                .toList();
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
                0,
                clock.instant(),
                access.caller().actor(),
                access.caller().name());
        Rollout ready = new Rollout(
                new RolloutState.Ready(), WavePlan.waves(plan.waves(), chosen.size()), plan.maxFailurePercent());
        store.insert(handle, new StoredRollout(head, ready));
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

    /** Ends every open rollout of the kind in favour of {@code by}, for moved and unmoved devices alike. */
    public void supersedeAll(Handle handle, RolloutKind kind, RolloutId by) {
        for (RolloutId id : store.open(handle, kind)) {
            if (!id.equals(by)) {
                decide(handle, id, new Rollout.Event.Supersede(by));
            }
        }
    }

    private boolean hasSomethingFor(Handle handle, RolloutPlan plan, DeviceRef device) {
        // Policies and settings are for every device; making them for each just to plan would cost the whole rollout at
        // once.
        return plan.subject() instanceof RolloutSubject.OfPolicy
                || plan.subject() instanceof RolloutSubject.OfSettings
                || kinds.stream()
                        .filter(targets -> targets.kind() == plan.subject().kind())
                        .anyMatch(targets ->
                                !targets.targets(handle, plan.subject(), device).isEmpty());
    }

    /** A person's word; the problem {@code conflict} where the state does not allow it. */
    StoredRollout steer(Access access, RolloutId id, Rollout.Event event, String verb) {
        return transactions.in(access.tenant(), handle -> {
            find(handle, access, id);
            if (store.reachesBeyond(handle, access.scope(), id)) {
                throw new ProblemException(
                        ProblemCode.FORBIDDEN,
                        "expected the role `" + access.role().text() + "` for every device of the rollout");
            }
            decide(handle, id, event);
            note(handle, access.caller(), "rollout." + verb, id, Map.of());
            return find(handle, access, id);
        });
    }

    /** The rollout, if a device of it is in scope; the problem {@code rollout-not-found} otherwise. */
    StoredRollout find(Handle handle, Access access, RolloutId id) {
        return store.find(handle, access.scope(), id)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.ROLLOUT_NOT_FOUND, "no rollout `" + id + "` is visible to you"));
    }

    /** Applies an event under the rollout's lock, and what follows from it for devices whose turn has not come. */
    void decide(Handle handle, RolloutId id, Rollout.Event event) {
        Rollout before = store.lock(handle, id).orElseThrow().progress();
        switch (before.on(event)) {
            case Rollout.Decision.Refused refused -> throw new ProblemException(ProblemCode.CONFLICT, refused.reason());
            case Rollout.Decision.Accepted accepted -> {
                Rollout after = accepted.next();
                store.save(handle, id, before, after, clock.instant());
                if (!before.state().equals(after.state())) {
                    release(handle, id, after.state());
                }
            }
        }
    }

    private void release(Handle handle, RolloutId id, RolloutState end) {
        switch (end) {
            case RolloutState.Aborted s ->
                rows.moveAll(handle, id, Kind.WAITING, new DeviceState.Cancelled(), clock.instant());
            case RolloutState.Superseded s -> {
                for (Kind open : List.of(Kind.WAITING, Kind.STARTED, Kind.ACCEPTED, Kind.UNREACHED)) {
                    rows.moveAll(handle, id, open, new DeviceState.Superseded(s.by()), clock.instant());
                }
            }
            case RolloutState.Ready s -> {}
            case RolloutState.Running s -> {}
            case RolloutState.Paused s -> {}
            case RolloutState.Completed s -> {}
        }
    }

    private void note(Handle handle, Caller caller, String verb, RolloutId id, Map<String, ?> detail) {
        audit.append(handle, caller, verb, "rollout/" + id, detail);
    }
}
