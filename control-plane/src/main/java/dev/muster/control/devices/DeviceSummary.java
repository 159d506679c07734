package dev.muster.control.devices;

import org.jspecify.annotations.Nullable;

/**
 * What a device last said it runs, by report and manifest, as lists show it.
 *
 * @param settled whether every target it reported is in force, or gone where that was asked
 */
public record DeviceSummary(
        long reportedGeneration,
        boolean settled,
        @Nullable String imageVersion,
        @Nullable String imageSlot,
        @Nullable String policyVersion) {}
