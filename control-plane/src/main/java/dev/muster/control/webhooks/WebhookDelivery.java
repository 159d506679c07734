package dev.muster.control.webhooks;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to a webhook, and how that went; also its form on the wire.
 *
 * @param id of this delivery, in the order of telling
 * @param event id of the event, the same in every delivery of it
 * @param state {@code waiting}, {@code delivered} or {@code parked}
 * @param replay whether somebody asked for it again
 * @param said what came of the last attempt
 */
public record WebhookDelivery(
        long id,
        UUID event,
        String type,
        String subject,
        Instant time,
        String state,
        boolean replay,
        int attempts,
        Instant queuedAt,
        Instant nextAt,
        @Nullable Instant settledAt,
        String said) {}
