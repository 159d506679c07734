package dev.muster.control.alerts;

import java.time.Instant;
import java.util.Map;

/**
 * A rule as it is in force.
 *
 * @param selector RSQL; empty for every device
 * @param devices how many it watches
 * @param open alerts of it that are pending, firing or acknowledged
 * @param yaml as it was written
 */
public record StoredRule(
        String name,
        long revision,
        String kind,
        String severity,
        String selector,
        Map<String, String> labels,
        String summary,
        String description,
        String yaml,
        long devices,
        long open,
        Instant changedAt,
        String changedBy,
        String changedByName) {
    public StoredRule {
        labels = Map.copyOf(labels);
    }
}
