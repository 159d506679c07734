package dev.muster.control.devices;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.quotas.Quota;
import dev.muster.control.quotas.QuotaService;
import dev.muster.control.sites.SiteService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tracing.Tracing;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.SparkplugName;
import dev.muster.protocol.trace.Traceparent;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Devices for the other features. Methods with a handle join the caller's transaction, whose tenant they act in.
 * Thread-safe.
 */
@Singleton
public final class DeviceService {
    private final DeviceStore store;
    private final AttributeStore attributes;
    private final AuditStore audit;
    private final OutboxStore outbox;
    private final KafkaTopics topics;
    private final TenantTransactions transactions;
    private final Instance<DeviceListener> listeners;
    private final QuotaService quotas;
    private final Clock clock;
    private final SiteService sites;
    private final ChangeFeed feed;
    private final Tracing tracing;

    DeviceService(
            DeviceStore store,
            AttributeStore attributes,
            SiteService sites,
            ChangeFeed feed,
            AuditStore audit,
            OutboxStore outbox,
            KafkaTopics topics,
            TenantTransactions transactions,
            // Looked up late: who is told asks this service too.
            @Any Instance<DeviceListener> listeners,
            QuotaService quotas,
            Tracing tracing,
            Clock clock) {
        this.tracing = tracing;
        this.store = store;
        this.attributes = attributes;
        this.sites = sites;
        this.feed = feed;
        this.audit = audit;
        this.outbox = outbox;
        this.topics = topics;
        this.transactions = transactions;
        this.listeners = listeners;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** The device, if it exists and is in scope; otherwise the problem {@code device-not-found}, the same for both. */
    public Device require(Handle handle, Scope scope, DeviceId id) {
        return store.find(handle, scope, id).orElseThrow(() -> notFound(id));
    }

    /** Whether there is such a device in scope. */
    public boolean exists(Handle handle, Scope scope, DeviceId id) {
        return !store.visible(handle, scope, List.of(id)).isEmpty();
    }

    /** Those of the ids that are in scope. */
    public List<DeviceId> visible(Handle handle, Scope scope, Collection<DeviceId> ids) {
        return store.visible(handle, scope, ids);
    }

    List<DeviceId> visible(Access access, Collection<DeviceId> ids) {
        return transactions.in(access.tenant(), handle -> store.visible(handle, access.scope(), ids));
    }

    /** The ids of the devices in scope that the query selects, sorted. */
    public List<DeviceId> select(Handle handle, Scope scope, Selector query) {
        return store.select(handle, scope, query);
    }

    /** Those, in the same order, that verify signed documents: what has to be believed from one is for no other device. */
    public List<DeviceId> believing(Handle handle, Collection<DeviceId> ids) {
        return store.believing(handle, ids);
    }

    /** How many devices in scope that the query selects verify no signed documents. */
    public long unbelieving(Handle handle, Scope scope, Selector query) {
        return store.unbelieving(handle, scope, query);
    }

    /** Whether the query selects the device; for the server's own work. */
    public boolean selects(Handle handle, Selector query, DeviceId id) {
        return store.selects(handle, query, id);
    }

    /** The devices in scope that the query selects: at most {@code limit}, by id, after the id {@code after}. */
    public List<Device> list(Handle handle, Scope scope, Selector query, String after, int limit) {
        return store.list(handle, scope, query, after, limit);
    }

    /**
     * Says that the desired state of the devices changed: their generation grows, gateways hear of it after the commit, and tell
     * those devices that are connected to them. Returns the new generations. The caller holds the rows, taken in id order.
     */
    public Map<DeviceId, DeviceState> desiredChanged(Handle handle, TenantId tenant, Collection<DeviceId> ids) {
        Optional<Traceparent> trace = tracing.current();
        Set<DeviceId> traced = trace.isEmpty() ? Set.of() : first(ids, tracing.devicesPerStep());
        Map<DeviceId, DeviceState> states = store.nextGeneration(handle, ids, traced, trace);
        List<OutboxStore.Message> messages = new ArrayList<>();
        states.forEach((id, state) -> messages.add(new OutboxStore.Message(
                topics.deviceState(),
                new DeviceRef(tenant, id).key(),
                state.toJson(),
                traced.contains(id) ? trace : Optional.empty())));
        outbox.append(handle, messages);
        return states;
    }

    private static Set<DeviceId> first(Collection<DeviceId> ids, int count) {
        return ids.stream()
                .sorted(Comparator.comparing(DeviceId::value))
                .limit(count)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Lets one transaction at a time say something of a device; false for an unknown one. A statement of its own, before
     * what is read under it: a statement that waits for a lock goes on with the rows it found before it waited.
     */
    public boolean lock(Handle handle, DeviceId id) {
        store.share(handle);
        return store.lock(handle, id);
    }

    /**
     * Waits until nobody changes data of a device of the tenant, and keeps everybody from it until the transaction ends;
     * for who looks at all of them at once. Taken before any device's row.
     */
    public void holdAll(Handle handle) {
        store.holdAll(handle);
    }

    /** The same for many: those that exist, locked in id order. */
    public Set<DeviceId> lock(Handle handle, Collection<DeviceId> ids) {
        store.share(handle);
        return store.lock(handle, ids);
    }

    /** Notes what the devices' reports say of them; under their {@link #lock}. */
    public void reported(Handle handle, TenantId tenant, Map<DeviceId, ReportSummary> reports) {
        store.summaries(handle, reports)
                .forEach((device, changed) -> tell(handle, new DeviceRef(tenant, device), ChangedFields.of(changed)));
    }

    /** Notes what the device last said it runs; under its {@link #lock}. */
    public void reported(Handle handle, DeviceRef device, DeviceSummary summary) {
        tell(handle, device, ChangedFields.of(store.summary(handle, device.device(), summary)));
    }

    /** The status of a device, for the device port; empty for an unknown one. */
    public Optional<DeviceState.Status> status(DeviceRef device) {
        return transactions.in(
                device.tenant(), trip -> trip.ask(store.status(device.device())), (handle, status) -> status.first());
    }

    /** Registers a device that just proved its key; false if the name is taken. The caller writes the audit row. */
    public boolean register(Handle handle, TenantId tenant, NewDevice device) {
        store.share(handle);
        if (!store.insert(handle, device, clock.instant())) {
            return false;
        }
        tell(handle, new DeviceRef(tenant, device.id()), ChangedFields.EVERYTHING);
        announce(handle, tenant, device.id(), new DeviceState(DeviceState.Status.ACTIVE, 0, 1));
        checkQuota(handle);
        return true;
    }

    /**
     * Registers a device that others speak for: it has no certificate and no desired state, and gateways never hear of it. False if
     * the name is taken. The caller writes the audit row.
     */
    public boolean registerForeign(Handle handle, TenantId tenant, NewDevice device, Optional<String> type) {
        store.share(handle);
        if (!store.insertForeign(handle, device, type)) {
            return false;
        }
        tell(handle, new DeviceRef(tenant, device.id()), ChangedFields.EVERYTHING);
        checkQuota(handle);
        return true;
    }

    /** The pending device that waits for hardware with this UDID or serial number, its row locked. */
    public Optional<Awaited> awaited(Handle handle, @Nullable String serial, @Nullable String udid) {
        store.share(handle);
        return store.awaited(handle, serial, udid);
    }

    /**
     * A device that waits.
     *
     * @param hardware that it waits for; empty for any
     */
    public record Awaited(DeviceId id, String hardware) {}

    /** The hardware that a pending device waits for came and proved its key. The caller writes the audit row. */
    public void claim(Handle handle, TenantId tenant, NewDevice device) {
        DeviceState state = store.claim(handle, device, clock.instant());
        tell(handle, new DeviceRef(tenant, device.id()), ChangedFields.EVERYTHING);
        announce(handle, tenant, device.id(), state);
    }

    /** The problem {@code quota-exceeded} where the caller's transaction made more devices than the tenant may have. */
    public void checkQuota(Handle handle) {
        quotas.check(handle, Quota.DEVICES);
    }

    /**
     * Lets a device wait for its hardware, or changes what is said of one that waits already. False if the id belongs to
     * a device that came. The caller writes the audit row, has checked every value and calls {@link #checkQuota} in the end.
     */
    public boolean await(Handle handle, TenantId tenant, AwaitedDevice device) {
        store.share(handle);
        if (!store.await(handle, device)) {
            return false;
        }
        tell(handle, new DeviceRef(tenant, device.id()), ChangedFields.EVERYTHING);
        announce(handle, tenant, device.id(), new DeviceState(DeviceState.Status.PENDING, 0, 1));
        return true;
    }

    /** The same without a lock: which device waits for this hardware. */
    public Optional<DeviceId> awaiting(Handle handle, @Nullable String serial, @Nullable String udid) {
        return store.awaiting(handle, serial, udid);
    }

    /** Lets one transaction at a time change a device, for one that looks before it changes; a problem out of scope. */
    public void holdOne(Handle handle, Scope scope, DeviceId id) {
        store.share(handle);
        if (store.lock(handle, scope, id).isEmpty()) {
            throw notFound(id);
        }
    }

    /** The problem {@code device-not-found} unless the device is in scope. */
    public void requireVisible(Access access, DeviceId id) {
        transactions.run(access.tenant(), handle -> require(handle, access.scope(), id));
    }

    /** Keys of the metadata of devices in scope, sorted. */
    public List<String> metadataKeys(Handle handle, Scope scope) {
        return attributes.metadataKeys(handle, scope);
    }

    /** The device, not retired, that has the serial number. */
    public Optional<DeviceId> bySerial(Handle handle, String serial) {
        return store.bySerial(handle, serial);
    }

    /** The id in a path or body; one that cannot exist is a device that does not. */
    public static DeviceId id(String text) {
        try {
            return new DeviceId(text);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.DEVICE_NOT_FOUND, String.valueOf(e.getMessage()));
        }
    }

    List<Device> list(Access access, Selector query, String after, int limit) {
        return transactions.in(access.tenant(), handle -> store.list(handle, access.scope(), query, after, limit));
    }

    Device get(Access access, DeviceId id) {
        return transactions.in(access.tenant(), handle -> require(handle, access.scope(), id));
    }

    Device patch(Access access, DeviceId id, DevicePatch patch) {
        Device device = transactions.in(access.tenant(), handle -> {
            edit(handle, access, id, patch);
            // What was in scope may have moved out of it: the answer still shows what was done.
            return require(handle, Scope.wholeTenant(access.tenant()), id);
        });
        feed.device(access.tenant(), id);
        return device;
    }

    /** Changes what people say about a device, with its audit row, in the caller's transaction. */
    public void edit(Handle handle, Access access, DeviceId id, DevicePatch patch) {
        store.share(handle);
        if (store.lock(handle, access.scope(), id).isEmpty()) {
            throw notFound(id);
        }
        Map<String, Object> changed = new LinkedHashMap<>();
        Set<String> fields = new TreeSet<>();
        if (patch.name() != null) {
            store.rename(handle, id, DeviceChecks.name(patch.name()));
            changed.put("name", patch.name());
            fields.add("name");
        }
        if (patch.site() != null) {
            String site = patch.site().isEmpty()
                    ? null
                    : sites.require(handle, patch.site()).name();
            store.move(handle, id, site);
            changed.put("site", patch.site());
            fields.add("site");
        }
        if (patch.tags() != null) {
            attributes.tags(handle, id, DeviceChecks.tags(patch.tags()));
            changed.put("tags", patch.tags());
            fields.add("tag");
        }
        if (patch.type() != null) {
            store.type(handle, id, patch.type().isEmpty() ? null : DeviceChecks.type(patch.type()));
            changed.put("type", patch.type());
            fields.add("type");
        }
        if (patch.metadata() != null) {
            attributes.metadata(handle, id, withoutEmpty(patch.metadata())).forEach(key -> fields.add("meta." + key));
            if (attributes.metadataCount(handle, id) > DeviceChecks.MAX_METADATA) {
                throw new ProblemException(
                        ProblemCode.INVALID_REQUEST,
                        "expected at most " + DeviceChecks.MAX_METADATA + " keys of `metadata` on a device");
            }
            changed.put("metadata", patch.metadata());
        }
        if (!changed.isEmpty()) {
            note(handle, access.caller(), "device.edit", id, changed);
            DeviceRef ref = new DeviceRef(access.tenant(), id);
            tell(handle, ref, ChangedFields.of(fields));
            listeners.forEach(listener -> listener.changed(handle, ref));
        }
    }

    private static Map<String, @Nullable String> withoutEmpty(Map<String, @Nullable String> metadata) {
        Map<String, @Nullable String> clean = new LinkedHashMap<>();
        DeviceChecks.metadata(metadata)
                .forEach((key, value) -> clean.put(key, value == null || value.isEmpty() ? null : value));
        return clean;
    }

    /** Moves a device along its life; a problem {@code conflict} where the status does not allow it. */
    Device change(Access access, DeviceId id, Transition transition) {
        Device device = transactions.in(access.tenant(), handle -> {
            change(handle, access, id, transition);
            return require(handle, Scope.wholeTenant(access.tenant()), id);
        });
        feed.device(access.tenant(), id);
        return device;
    }

    /** Ends the device's life here for good, with its audit row, in the caller's transaction: its certificate too. */
    public void retire(Handle handle, Access access, DeviceId id) {
        change(handle, access, id, Transition.RETIRE);
    }

    /** The same in the caller's transaction, who tells the feed once it is over. */
    void change(Handle handle, Access access, DeviceId id, Transition transition) {
        store.share(handle);
        DeviceState before = store.lock(handle, access.scope(), id).orElseThrow(() -> notFound(id));
        if (before.status() == transition.to()) {
            return;
        }
        if (!transition.from(before.status())) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "expected device `" + id + "` to be " + transition.sources() + ", found it "
                            + before.status().name().toLowerCase(Locale.ROOT));
        }
        DeviceState after = store.status(handle, id, transition.to());
        tell(handle, new DeviceRef(access.tenant(), id), ChangedFields.EVERYTHING);
        announce(handle, access.tenant(), id, after);
        note(handle, access.caller(), "device." + transition.name().toLowerCase(Locale.ROOT), id, Map.of());
    }

    /**
     * Says that a device is a foreign edge node, or with {@code null} that it is none; with its audit row, in the caller's transaction. Its
     * session ends, for another kind of device may say other things. A problem {@code already-exists} where another device has the name.
     */
    public void sparkplug(Handle handle, Access access, DeviceId id, @Nullable SparkplugName name) {
        store.share(handle);
        DeviceState before = store.lock(handle, access.scope(), id).orElseThrow(() -> notFound(id));
        if (before.sparkplug().equals(Optional.ofNullable(name))) {
            return;
        }
        if (name != null) {
            store.bySparkplug(handle, name).filter(other -> !other.equals(id)).ifPresent(other -> {
                throw new ProblemException(
                        ProblemCode.ALREADY_EXISTS, "another device is edge node `" + name + "` already");
            });
        }
        announce(handle, access.tenant(), id, store.sparkplug(handle, id, name));
        if (name == null) {
            note(handle, access.caller(), "sparkplug.remove", id, Map.of());
        } else {
            note(handle, access.caller(), "sparkplug.name", id, Map.of("group", name.group(), "node", name.node()));
        }
    }

    /** The edge node that a device is. */
    public Optional<SparkplugName> sparkplug(Handle handle, DeviceId id) {
        return store.sparkplug(handle, id);
    }

    void note(Handle handle, Caller caller, String verb, DeviceId id, Map<String, ?> detail) {
        audit.append(handle, caller, verb, "device/" + id, detail);
    }

    /** The one answer for what does not exist and for what is out of scope. */
    public static ProblemException notFound(DeviceId id) {
        return new ProblemException(ProblemCode.DEVICE_NOT_FOUND, "no device `" + id + "` is visible to you");
    }

    private void tell(Handle handle, DeviceRef device, ChangedFields changed) {
        if (!changed.isEmpty()) {
            listeners.forEach(listener -> listener.dataChanged(handle, device, changed));
        }
    }

    private void announce(Handle handle, TenantId tenant, DeviceId id, DeviceState state) {
        DeviceRef ref = new DeviceRef(tenant, id);
        outbox.append(handle, topics.deviceState(), ref.key(), state.toJson());
        listeners.forEach(listener -> listener.statusChanged(handle, ref, state.status()));
    }
}
