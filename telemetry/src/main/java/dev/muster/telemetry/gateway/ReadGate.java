package dev.muster.telemetry.gateway;

import java.util.EnumSet;
import java.util.Set;

/** Whether a socket may be read: only while no reason speaks against it. Not thread-safe. */
final class ReadGate<R extends Enum<R>> {
    private final Set<R> reasons;

    ReadGate(Class<R> reasons) {
        this.reasons = EnumSet.noneOf(reasons);
    }

    void close(R reason) {
        reasons.add(reason);
    }

    /** Takes a reason away; {@code true} if none is left. */
    boolean open(R reason) {
        reasons.remove(reason);
        return reasons.isEmpty();
    }

    boolean isClosedBy(R reason) {
        return reasons.contains(reason);
    }
}
