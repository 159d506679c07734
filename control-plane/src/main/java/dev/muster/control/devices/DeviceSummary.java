package dev.muster.control.devices;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a device last said it runs, as lists show it.
 *
 * @param facts empty when unchanged
 */
public record DeviceSummary(
        long reportedGeneration,
        @Nullable String imageVersion,
        @Nullable String imageSlot,
        @Nullable String policyVersion,
        Map<String, String> facts) {
    public DeviceSummary {
        facts = Map.copyOf(facts);
    }
}
