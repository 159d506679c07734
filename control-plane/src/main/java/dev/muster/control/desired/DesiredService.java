package dev.muster.control.desired;

import dev.muster.control.devices.DeviceService;
import dev.muster.control.tenancy.Trip;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.trace.Traceparent;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** Desired states for the other features; every method joins the caller's transaction. Thread-safe. */
@Singleton
public final class DesiredService {
    private final DesiredStore store;
    private final DeviceService devices;
    private final Instance<DesiredListener> listeners;
    private final Clock clock;

    DesiredService(
            DesiredStore store,
            DeviceService devices,
            // Looked up late: who is told asks this service too.
            @Any Instance<DesiredListener> listeners,
            Clock clock) {
        this.store = store;
        this.devices = devices;
        this.listeners = listeners;
        this.clock = clock;
    }

    /** Locks the device until the transaction ends; whoever changes or signs its desired state holds this. */
    public Optional<Long> lock(Handle handle, DeviceId device) {
        return store.lock(handle, device);
    }

    /** What the device must be; empty for an unknown device. */
    public Optional<DesiredState> read(Handle handle, DeviceId device) {
        return store.read(handle, device);
    }

    /** The same on a trip, to be looked at after it. */
    public Supplier<Optional<DesiredState>> ask(Trip trip, DeviceId device) {
        Trip.Answer<DesiredTarget> targets = trip.ask(store.targets(device));
        Trip.Answer<DesiredState> head = trip.ask(store.head(device));
        return () -> head.first().map(state -> new DesiredState(state.generation(), state.hardware(), targets.rows()));
    }

    /** The trace of the change that made the document what it is, until the device said that it has it. */
    public Optional<Traceparent> untoldTrace(Handle handle, DeviceId device) {
        return store.untoldTrace(handle, device);
    }

    /** Whether the device's desired state names these bytes: then, and only then, it may have them. */
    public boolean names(Handle handle, DeviceId device, String sha256) {
        return store.names(handle, device, sha256);
    }

    /** Whether a device of the sites whose gateway this one is may have these bytes, an image or an app: then a cache there may, too. */
    public boolean namesAtSites(Handle handle, DeviceId gateway, String sha256) {
        return store.namesAtSites(handle, gateway, sha256);
    }

    /** Whether a sub-device behind this gateway may have these bytes: then it gets them through it. */
    public boolean namesBehind(Handle handle, DeviceId gateway, String sha256) {
        return store.namesBehind(handle, gateway, sha256);
    }

    /** Locks the devices in id order, which keeps two callers from a deadlock; the generations of those that exist. */
    public Map<DeviceId, Long> lock(Handle handle, Collection<DeviceId> ids) {
        return store.lock(handle, ids);
    }

    /** What the devices must be; without those that are unknown. */
    public Map<DeviceId, DesiredState> read(Handle handle, Collection<DeviceId> ids) {
        return store.read(handle, ids);
    }

    /**
     * Sets the given targets and leaves all others. If anything changed, the generation grows by one, and gateway and
     * device hear of it after the commit.
     *
     * @return the generation at which the device has these targets; empty for an unknown device
     */
    public Optional<Long> set(Handle handle, TenantId tenant, DeviceId device, Collection<DesiredTarget> targets) {
        return Optional.ofNullable(
                set(handle, tenant, Map.of(device, List.copyOf(targets))).get(device));
    }

    /** The same for many devices at once: the generations at which they have these targets. */
    public Map<DeviceId, Long> set(Handle handle, TenantId tenant, Map<DeviceId, List<DesiredTarget>> targets) {
        Map<DeviceId, Long> generations = new HashMap<>(store.lock(handle, targets.keySet()));
        Map<DeviceId, Set<TargetName>> changed =
                store.put(handle, known(targets, generations.keySet()), clock.instant());
        changed.forEach((device, names) -> {
            DeviceRef ref = new DeviceRef(tenant, device);
            listeners.forEach(listener -> listener.desiredChanged(handle, ref, names));
        });
        if (!changed.isEmpty()) {
            devices.desiredChanged(handle, tenant, changed.keySet())
                    .forEach((device, state) -> generations.put(device, state.generation()));
        }
        return generations;
    }

    private static Map<DeviceId, List<DesiredTarget>> known(
            Map<DeviceId, List<DesiredTarget>> targets, Set<DeviceId> devices) {
        Map<DeviceId, List<DesiredTarget>> known = new LinkedHashMap<>(targets);
        known.keySet().retainAll(devices);
        return known;
    }
}
