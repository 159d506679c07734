package dev.muster.control.webhooks;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom to tell of what; also its form on the wire. Its secrets are not part of it.
 *
 * @param types such as {@code rollout.started} or {@code device.*}; empty for all
 * @param selector events of devices are told of these alone; empty for every device
 * @param state active, failing, off, or disabled by the server
 * @param waiting how many events are to be told, and how many were given up
 * @param failingSince since when nothing was taken
 * @param said what came of the last failure
 * @param previousSecretUntil until when the secret before the present one signs as well
 */
public record Webhook(
        String name,
        String url,
        List<String> types,
        String selector,
        String state,
        boolean enabled,
        long revision,
        long waiting,
        long parked,
        @Nullable Instant failingSince,
        @Nullable Instant disabledAt,
        String said,
        @Nullable Instant previousSecretUntil,
        Instant changedAt,
        String changedBy,
        String changedByName) {
    public Webhook {
        types = List.copyOf(types);
    }
}
