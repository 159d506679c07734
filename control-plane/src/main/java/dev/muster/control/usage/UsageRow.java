package dev.muster.control.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How often a permission was asked for on one device, also its form on the wire.
 *
 * @param first when the first counted interval began
 * @param last when the last one ended
 * @param lastGranted null if it was never granted
 */
public record UsageRow(
        String device,
        String bundle,
        int user,
        int instance,
        String permission,
        long granted,
        long denied,
        Instant first,
        Instant last,
        @Nullable Instant lastGranted) {}
