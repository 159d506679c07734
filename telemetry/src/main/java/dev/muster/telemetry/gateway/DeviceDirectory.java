package dev.muster.telemetry.gateway;

import dev.muster.protocol.kafka.DeviceState;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What the control plane said about every device, and about tenants: the gateway's only source for who may come in. A key
 * without a device is a tenant's; what is said of it holds for all its devices, and a tenant of which nothing was said holds
 * nobody up. Written by the tail thread, read by event loops.
 */
final class DeviceDirectory {
    private final ConcurrentMap<String, DeviceState> states = new ConcurrentHashMap<>();
    private volatile boolean loaded;

    /** Whether the topic was read to the end it had when the gateway started. */
    boolean isLoaded() {
        return loaded;
    }

    void markLoaded() {
        loaded = true;
    }

    int size() {
        return states.size();
    }

    Optional<DeviceState> find(String key) {
        return Optional.ofNullable(states.get(key));
    }

    /** Whether the key names a tenant and no device. */
    static boolean isTenant(String key) {
        return key.indexOf('/') < 0;
    }

    /** Whether the device may have a session now; unknown ones may not, nor those of a tenant that is not active. */
    boolean admits(String key) {
        DeviceState state = states.get(key);
        return state != null && state.status() == DeviceState.Status.ACTIVE && !isTenant(key) && hasActiveTenant(key);
    }

    private boolean hasActiveTenant(String key) {
        DeviceState tenant = states.get(key.substring(0, key.indexOf('/')));
        return tenant == null || tenant.status() == DeviceState.Status.ACTIVE;
    }

    /**
     * Takes a record of the topic; {@code null} forgets the device or tenant. A record older than what is known changes nothing.
     *
     * @return what is now known, empty if the device is unknown
     */
    Optional<DeviceState> apply(String key, @Nullable DeviceState state) {
        if (state == null) {
            states.remove(key);
            return Optional.empty();
        }
        return Optional.ofNullable(
                states.merge(key, state, (known, read) -> read.revision() < known.revision() ? known : read));
    }
}
