package dev.muster.control.reported;

import dev.muster.protocol.reported.TargetCondition;
import java.time.Instant;
import java.util.List;

/**
 * The last report of a device.
 *
 * @param at when it was received
 */
public record StoredReport(long generation, Instant at, List<TargetCondition> targets) {
    public StoredReport {
        targets = List.copyOf(targets);
    }
}
