package dev.muster.control.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How often a permission was asked for on one device, also its form on the wire.
 *
 * @param lastGrantedAt null if it was never granted
 */
public record UsageRow(
        String device,
        String bundle,
        int user,
        int instance,
        String permission,
        long granted,
        long denied,
        Instant firstAt,
        Instant lastAt,
        @Nullable Instant lastGrantedAt) {}
