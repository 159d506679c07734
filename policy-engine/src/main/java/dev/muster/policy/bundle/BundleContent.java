package dev.muster.policy.bundle;

import dev.muster.policy.condition.FactTable;
import dev.muster.policy.model.AppKey;
import java.util.Map;
import java.util.NavigableMap;

/**
 * What a bundle says, before it is written.
 *
 * @param policyVersion version of the snapshot it was compiled from
 * @param timeZone IANA name of the zone in which minutes and weekdays count; empty: UTC
 * @param facts numbers the facts of all conditions
 * @param rows per app instance and requested permission what decides
 */
public record BundleContent(
        long policyVersion, String timeZone, FactTable facts, NavigableMap<AppKey, Map<String, Chain>> rows) {
    /** Whether anything depends on the moment, which format version 1 cannot say. */
    boolean isConditional() {
        return rows.values().stream().flatMap(row -> row.values().stream()).anyMatch(Chain::isConditional);
    }
}
