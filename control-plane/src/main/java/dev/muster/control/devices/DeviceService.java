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
import dev.muster.control.sites.SiteService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.KafkaTopics;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * Devices for the other features. Methods with a handle join the caller's transaction, whose tenant they act in.
 * Thread-safe.
 */
@Singleton
public final class DeviceService {
    private static final int MAX_NAME = 128;
    private static final int MAX_TAGS = 64;
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");

    private final DeviceStore store;
    private final AuditStore audit;
    private final OutboxStore outbox;
    private final KafkaTopics topics;
    private final TenantTransactions transactions;
    private final Instance<DeviceListener> listeners;
    private final Clock clock;
    private final SiteService sites;
    private final ChangeFeed feed;

    DeviceService(
            DeviceStore store,
            SiteService sites,
            ChangeFeed feed,
            AuditStore audit,
            OutboxStore outbox,
            KafkaTopics topics,
            TenantTransactions transactions,
            // Looked up late: who is told asks this service too.
            @Any Instance<DeviceListener> listeners,
            Clock clock) {
        this.store = store;
        this.sites = sites;
        this.feed = feed;
        this.audit = audit;
        this.outbox = outbox;
        this.topics = topics;
        this.transactions = transactions;
        this.listeners = listeners;
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
    List<DeviceId> visible(Access access, Collection<DeviceId> ids) {
        return transactions.in(access.tenant(), handle -> store.visible(handle, access.scope(), ids));
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

    /**
     * Lets one transaction at a time say something of a device; false for an unknown one. A statement of its own, before
     * what is read under it: a statement that waits for a lock goes on with the rows it found before it waited.
     */
    public boolean lock(Handle handle, DeviceId id) {
        return store.lock(handle, id);
    }

    /** Notes what the device last said it runs; under its {@link #lock}. */
    public void reported(Handle handle, DeviceId id, DeviceSummary summary) {
        store.summary(handle, id, summary);
    }

    /** The status of a device, for the device port; empty for an unknown one. */
    public Optional<DeviceState.Status> status(DeviceRef device) {
        return transactions.in(device.tenant(), handle -> store.status(handle, device.device()));
    }

    /** Registers a device that just proved its key; false if the name is taken. The caller writes the audit row. */
    public boolean register(Handle handle, TenantId tenant, NewDevice device) {
        if (!store.insert(handle, device, clock.instant())) {
            return false;
        }
        announce(handle, tenant, device.id(), new DeviceState(DeviceState.Status.ACTIVE, 0, 1));
        return true;
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
            if (store.lock(handle, access.scope(), id).isEmpty()) {
                throw notFound(id);
            }
            Map<String, Object> changed = new LinkedHashMap<>();
            if (patch.name() != null) {
                checkText("name", patch.name(), MAX_NAME);
                store.rename(handle, id, patch.name());
                changed.put("name", patch.name());
            }
            if (patch.site() != null) {
                String site = patch.site().isEmpty()
                        ? null
                        : sites.require(handle, patch.site()).name();
                store.move(handle, id, site);
                changed.put("site", patch.site());
            }
            if (patch.tags() != null) {
                store.tags(handle, id, checkTags(patch.tags()));
                changed.put("tags", patch.tags());
            }
            if (!changed.isEmpty()) {
                note(handle, access.caller(), "device.edit", id, changed);
                DeviceRef ref = new DeviceRef(access.tenant(), id);
                listeners.forEach(listener -> listener.changed(handle, ref));
            }
            // What was in scope may have moved out of it: the answer still shows what was done.
            return require(handle, Scope.wholeTenant(access.tenant()), id);
        });
        feed.device(access.tenant(), id);
        return device;
    }

    /** The tags, if each is fit to be one. */
    public static List<String> checkTags(List<String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "expected at most " + MAX_TAGS + " `tags`, found " + tags.size());
        }
        for (String tag : tags) {
            if (!TAG.matcher(tag).matches()) {
                throw new ProblemException(
                        ProblemCode.INVALID_REQUEST,
                        "expected a tag of letters, digits, '.', '_', ':', '-', at most 64, found `" + tag + "`");
            }
        }
        return tags;
    }

    private static void checkText(String name, String text, int longest) {
        if (text.isBlank() || text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `" + name + "` of 1 to " + longest + " characters without control characters");
        }
    }

    /** Moves a device along its life; a problem {@code conflict} where the status does not allow it. */
    Device change(Access access, DeviceId id, Transition transition) {
        Device device = transactions.in(access.tenant(), handle -> {
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
        feed.device(access.tenant(), id);
        return device;
    }

    void note(Handle handle, Caller caller, String verb, DeviceId id, Map<String, ?> detail) {
        audit.append(handle, caller, verb, "device/" + id, detail);
    }

    /** The one answer for what does not exist and for what is out of scope. */
    public static ProblemException notFound(DeviceId id) {
        return new ProblemException(ProblemCode.DEVICE_NOT_FOUND, "no device `" + id + "` is visible to you");
    }

    private void announce(Handle handle, TenantId tenant, DeviceId id, DeviceState state) {
        DeviceRef ref = new DeviceRef(tenant, id);
        outbox.append(handle, topics.deviceState(), ref.key(), state.toJson());
        listeners.forEach(listener -> listener.statusChanged(handle, ref, state.status()));
    }
}
