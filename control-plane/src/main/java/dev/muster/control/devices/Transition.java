package dev.muster.control.devices;

import dev.muster.protocol.kafka.DeviceState;
import java.util.Set;

/** What a person can do to a device's life. Retired is the end. */
enum Transition {
    SUSPEND(DeviceState.Status.SUSPENDED, Set.of(DeviceState.Status.ACTIVE)),
    RESUME(DeviceState.Status.ACTIVE, Set.of(DeviceState.Status.SUSPENDED, DeviceState.Status.PENDING)),
    RETIRE(
            DeviceState.Status.RETIRED,
            Set.of(DeviceState.Status.ACTIVE, DeviceState.Status.SUSPENDED, DeviceState.Status.PENDING));

    private final DeviceState.Status to;
    private final Set<DeviceState.Status> from;

    Transition(DeviceState.Status to, Set<DeviceState.Status> from) {
        this.to = to;
        this.from = from;
    }

    DeviceState.Status to() {
        return to;
    }

    Set<DeviceState.Status> from() {
        return from;
    }
}
