package dev.muster.control.devices;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a device's report says of it, as lists show it.
 *
 * @param settled whether every target it reported is in force, or gone where that was asked
 * @param facts empty when unchanged
 */
public record ReportSummary(
        long generation, boolean settled, @Nullable String policyVersion, Map<String, String> facts) {
    public ReportSummary {
        facts = Map.copyOf(facts);
    }
}
