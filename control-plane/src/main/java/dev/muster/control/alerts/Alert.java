package dev.muster.control.alerts;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One alert, also its form on the wire.
 *
 * @param state pending, firing, acknowledged or resolved
 * @param summary for people; what it says of device, site, value and detail is filled in
 * @param gateway the device that its link goes over; empty for none
 * @param since when the condition began to hold
 * @param inhibitedBy the alert that says more than this one
 */
public record Alert(
        String id,
        String rule,
        String device,
        String kind,
        String severity,
        Map<String, String> labels,
        String summary,
        String site,
        String gateway,
        String state,
        Instant since,
        @Nullable Instant firedAt,
        @Nullable Instant acknowledgedAt,
        @Nullable String acknowledgedBy,
        @Nullable String acknowledgedByName,
        @Nullable Instant resolvedAt,
        @Nullable Double value,
        String detail,
        @Nullable String inhibitedBy,
        @Nullable UUID silencedBy) {
    public Alert {
        labels = Map.copyOf(labels);
    }
}
