package dev.muster.control.deviceapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.muster.control.devices.DeviceListener;
import dev.muster.control.devices.DeviceService;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The status of a device that knocks. A device asks several things in a row, so that one was found active counts for half a
 * second: a suspension is in force at once on the instance that was told of it, and within that time on every other, as design
 * section 3 asks. Any other status is looked up every time. Thread-safe.
 */
@Singleton
final class ActiveDevices implements DeviceListener {
    static final Duration COUNTS_FOR = Duration.ofMillis(500);
    private static final int MOST = 20_000;

    private final Function<DeviceRef, Optional<DeviceState.Status>> lookup;
    private final Cache<DeviceRef, Boolean> active;

    @Inject
    ActiveDevices(DeviceService devices) {
        this(devices::status, Ticker.systemTicker());
    }

    ActiveDevices(Function<DeviceRef, Optional<DeviceState.Status>> lookup, Ticker ticker) {
        this.lookup = lookup;
        this.active = Caffeine.newBuilder()
                .expireAfterWrite(COUNTS_FOR)
                .maximumSize(MOST)
                .ticker(ticker)
                .build();
    }

    /** The status; empty for an unknown device. May ask the database. */
    Optional<DeviceState.Status> status(DeviceRef device) {
        if (active.getIfPresent(device) != null) {
            return Optional.of(DeviceState.Status.ACTIVE);
        }
        Optional<DeviceState.Status> found = lookup.apply(device);
        if (found.equals(Optional.of(DeviceState.Status.ACTIVE))) {
            active.put(device, true);
        }
        return found;
    }

    @Override
    public void statusChanged(Handle handle, DeviceRef device, DeviceState.Status status) {
        handle.afterCommit(() -> forget(device));
    }

    /** Looks the device up when it knocks next. */
    void forget(DeviceRef device) {
        active.invalidate(device);
    }
}
