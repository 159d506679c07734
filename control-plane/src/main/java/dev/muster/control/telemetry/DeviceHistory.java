package dev.muster.control.telemetry;

import dev.muster.telemetry.streams.DriftRecord;
import java.time.Instant;
import java.util.Optional;

/** What is kept of a device so that rules about its state can be tried out. Pure. */
sealed interface DeviceHistory {
    /** When the server had it. */
    Instant at();

    /**
     * A session began or ended.
     *
     * @param epoch of the session; a later one has a higher
     */
    record Presence(Instant at, long epoch, boolean online, String reason) implements DeviceHistory {
        /** What is to be kept of this after {@code last}: nothing of an older session, or of what is known already. */
        Optional<Presence> after(Optional<Presence> last) {
            boolean old = last.map(known -> known.epoch() > epoch
                            || (known.epoch() == epoch && (!known.online() || known.online() == online)))
                    .orElse(false);
            return old ? Optional.empty() : Optional.of(this);
        }
    }

    /** What is not as decided from now on. */
    record Drift(Instant at, DriftRecord known) implements DeviceHistory {}
}
