package dev.muster.control.devices;

import dev.muster.protocol.kafka.DeviceState.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a person can do to a device's life; the table is in the documentation of this package. Retired is the end. */
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

    // A pending device becomes active by enrolling only: without a certificate it could not be.
    boolean from(Status status) {
        return switch (this) {
            case SUSPEND -> status == Status.ACTIVE;
            case RESUME -> status == Status.SUSPENDED;
            case RETIRE -> status != Status.RETIRED;
        };
    }

    /** The statuses that allow it. */
    List<String> statuses() {
        return Arrays.stream(Status.values())
                .filter(this::from)
                .map(status -> status.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** The same for messages. */
    String sources() {
        return String.join(" or ", statuses());
    }
}
