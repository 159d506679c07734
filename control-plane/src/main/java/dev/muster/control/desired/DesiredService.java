package dev.muster.control.desired;

import dev.muster.control.devices.DeviceService;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.DeviceState;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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

    /** Whether the device's desired state names these bytes: then, and only then, it may have them. */
    public boolean names(Handle handle, DeviceId device, String sha256) {
        return store.names(handle, device, sha256);
    }

    /**
     * Sets the given targets and leaves all others. If anything changed, the generation grows by one, and gateway and
     * device hear of it after the commit.
     *
     * @return the generation at which the device has these targets; empty for an unknown device
     */
    public Optional<Long> set(Handle handle, TenantId tenant, DeviceId device, Collection<DesiredTarget> targets) {
        Optional<Long> before = store.lock(handle, device);
        if (before.isEmpty()) {
            return before;
        }
        Instant now = clock.instant();
        boolean changed = false;
        for (DesiredTarget target : targets) {
            changed |= store.put(handle, device, target, now);
        }
        if (!changed) {
            return before;
        }
        DeviceRef ref = new DeviceRef(tenant, device);
        listeners.forEach(listener -> listener.desiredChanged(handle, ref));
        return Optional.ofNullable(
                        devices.desiredChanged(handle, tenant, List.of(device)).get(device))
                .map(DeviceState::generation);
    }
}
