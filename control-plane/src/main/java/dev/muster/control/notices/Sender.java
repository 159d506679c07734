package dev.muster.control.notices;

import dev.muster.control.outbound.Verdict;
import dev.muster.control.outbound.WebhookClient;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tells one channel one thing; never in a transaction. Thread-safe. */
@Singleton
class Sender {
    private final WebhookClient webhooks;
    private final Mailer mailer;

    Sender(WebhookClient webhooks, Mailer mailer) {
        this.webhooks = webhooks;
        this.mailer = mailer;
    }

    /** What is told, under an id that stays the same however often it is tried. */
    record Parcel(UUID id, String what, String subject, java.time.Instant at, Map<String, @Nullable Object> data) {}

    /** @param secret of a webhook; empty for e-mail */
    Verdict send(TenantId tenant, Channel channel, String secret, Parcel parcel) {
        if (!channel.isWebhook()) {
            return Verdict.of(
                    mailer.send(channel.recipients(), parcel.subject(), Notice.lines(parcel.data()), parcel.id()));
        }
        return webhooks.send(channel.url(), List.of(secret), Notice.cloudEvent(tenant, parcel));
    }
}
