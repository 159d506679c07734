package dev.muster.control.devices;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.KafkaTopics;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Devices for the other features. Methods with a handle join the caller's transaction, whose tenant they act in.
 * Thread-safe.
 */
@Singleton
public final class DeviceService {
    private final DeviceStore store;
    private final AuditStore audit;
    private final OutboxStore outbox;
    private final KafkaTopics topics;
    private final TenantTransactions transactions;
    private final Clock clock;

    DeviceService(
            DeviceStore store,
            AuditStore audit,
            OutboxStore outbox,
            KafkaTopics topics,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.audit = audit;
        this.outbox = outbox;
        this.topics = topics;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** The device, if it exists and is in scope; otherwise the problem {@code device-not-found}, the same for both. */
    public Device require(Handle handle, Scope scope, DeviceId id) {
        return store.find(handle, scope, id).orElseThrow(() -> notFound(id));
    }

    /** The ids of the devices in scope that the query selects, sorted. */
    public List<DeviceId> select(Handle handle, Scope scope, Selector query) {
        return store.select(handle, scope, query);
    }

    /** The devices in scope that the query selects: at most {@code limit}, by id, after the id {@code after}. */
    public List<Device> list(Handle handle, Scope scope, Selector query, String after, int limit) {
        return store.list(handle, scope, query, after, limit);
    }

    /**
     * Says that the desired state of the devices changed: their generation grows, gateways and devices hear of it after
     * the commit. Returns the new generations; locks the rows in id order.
     */
    public Map<DeviceId, DeviceState> desiredChanged(Handle handle, TenantId tenant, Collection<DeviceId> ids) {
        Map<DeviceId, DeviceState> states = store.nextGeneration(handle, ids);
        states.forEach((id, state) -> {
            String key = new DeviceRef(tenant, id).key();
            outbox.append(handle, topics.deviceState(), key, state.toJson());
            if (state.status() == DeviceState.Status.ACTIVE) {
                outbox.append(
                        handle,
                        topics.down(),
                        key,
                        new DownMessage.Desired(new DesiredHint(state.generation())).toJson());
            }
        });
        return states;
    }

    /** Notes what the device last said it runs. */
    public void reported(Handle handle, DeviceId id, DeviceSummary summary) {
        store.summary(handle, id, summary);
    }

    /** The status of a device, for the device port; empty for an unknown one. */
    public Optional<DeviceState.Status> status(DeviceRef device) {
        return transactions.in(device.tenant(), handle -> store.status(handle, device.device()));
    }

    /** Registers a device that just proved its key; the caller writes the audit row. */
    public void register(Handle handle, TenantId tenant, NewDevice device) {
        store.insert(handle, device, clock.instant());
        announce(handle, tenant, device.id(), new DeviceState(DeviceState.Status.ACTIVE, 0, 1));
    }

    /** Moves a device along its life; a problem {@code conflict} where the status does not allow it. */
    Device change(Access access, DeviceId id, Transition transition) {
        return transactions.in(access.tenant(), handle -> {
            DeviceState before = store.lock(handle, access.scope(), id).orElseThrow(() -> notFound(id));
            if (before.status() == transition.to()) {
                return require(handle, access.scope(), id);
            }
            if (!transition.from(before.status())) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected device `" + id + "` in a status that allows " + transition + ", found `"
                                + before.status() + "`");
            }
            DeviceState after = store.status(handle, id, transition.to());
            announce(handle, access.tenant(), id, after);
            note(handle, access.caller(), "device." + transition.name().toLowerCase(Locale.ROOT), id, Map.of());
            return require(handle, Scope.wholeTenant(access.tenant()), id);
        });
    }

    void note(Handle handle, Caller caller, String verb, DeviceId id, Map<String, ?> detail) {
        audit.append(handle, caller, verb, "device/" + id, detail);
    }

    static ProblemException notFound(DeviceId id) {
        return new ProblemException(ProblemCode.DEVICE_NOT_FOUND, "no device `" + id + "` is visible to you");
    }

    private void announce(Handle handle, TenantId tenant, DeviceId id, DeviceState state) {
        outbox.append(handle, topics.deviceState(), new DeviceRef(tenant, id).key(), state.toJson());
    }
}
