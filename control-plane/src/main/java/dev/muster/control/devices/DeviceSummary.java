package dev.muster.control.devices;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a device last said it runs, as lists show it.
 *
 * @param settled whether every target it reported is in force, or gone where that was asked
 * @param facts empty when unchanged
 */
public record DeviceSummary(
        long reportedGeneration,
        boolean settled,
        @Nullable String imageVersion,
        @Nullable String imageSlot,
        @Nullable String policyVersion,
        Map<String, String> facts) {
    public DeviceSummary {
        facts = Map.copyOf(facts);
    }
}
