package dev.muster.control.devices;

import dev.muster.protocol.kafka.DeviceState.Status;

/** What a person can do to a device's life. Retired is the end. */
enum Transition {
    SUSPEND(Status.SUSPENDED),
    RESUME(Status.ACTIVE),
    RETIRE(Status.RETIRED);

    private final Status to;

    Transition(Status to) {
        this.to = to;
    }

    Status to() {
        return to;
    }

    boolean from(Status status) {
        return switch (this) {
            case SUSPEND -> status == Status.ACTIVE;
            case RESUME -> status == Status.SUSPENDED || status == Status.PENDING;
            case RETIRE -> status != Status.RETIRED;
        };
    }
}
