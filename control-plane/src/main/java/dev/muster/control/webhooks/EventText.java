package dev.muster.control.webhooks;

import dev.muster.control.outbound.CloudEvent;
import dev.muster.protocol.identity.TenantId;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What happened, as a CloudEvent. Pure. */
final class EventText {
    private EventText() {}

    /** @param sequence among the events of the tenant; empty for a test, which is none of them */
    static CloudEvent of(
            TenantId tenant,
            UUID id,
            String type,
            String subject,
            Instant time,
            Optional<Long> sequence,
            Map<String, ?> data) {
        return new CloudEvent(
                id.toString(),
                "/muster/tenants/" + tenant,
                type,
                subject,
                time,
                // As long as any, so that it can be compared as text.
                sequence.map(number -> String.format(Locale.ROOT, "%019d", number)),
                data);
    }

    /** Something harmless, to see whether a webhook works. */
    static CloudEvent test(TenantId tenant, UUID id, String webhook, Instant now) {
        return of(
                tenant,
                id,
                EventType.WEBHOOK_TEST.text(),
                "webhook/" + webhook,
                now,
                Optional.empty(),
                Map.of("webhook", webhook));
    }
}
