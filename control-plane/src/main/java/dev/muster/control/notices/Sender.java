package dev.muster.control.notices;

import dev.muster.control.outbound.OutboundHttp;
import dev.muster.control.outbound.Outcome;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tells one channel one thing; never in a transaction. Thread-safe. */
@Singleton
class Sender {
    private final OutboundHttp http;
    private final Mailer mailer;
    private final Clock clock;

    Sender(OutboundHttp http, Mailer mailer, Clock clock) {
        this.http = http;
        this.mailer = mailer;
        this.clock = clock;
    }

    /** What is told, under an id that stays the same however often it is tried. */
    record Parcel(UUID id, String what, String subject, java.time.Instant at, Map<String, @Nullable Object> data) {}

    /** @param secret of a webhook; empty for e-mail */
    Outcome send(TenantId tenant, Channel channel, String secret, Parcel parcel) {
        if (!channel.isWebhook()) {
            return mailer.send(channel.recipients(), parcel.subject(), Notice.lines(parcel.data()), parcel.id());
        }
        byte[] body = JsonObject.write(Notice.cloudEvent(
                parcel.id(), tenant.value(), parcel.what(), parcel.subject(), parcel.at(), parcel.data()));
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/cloudevents+json; charset=UTF-8");
        headers.putAll(WebhookSignature.headers(secret, parcel.id().toString(), clock.instant(), body));
        return http.post(channel.url(), headers, body);
    }

    /** What is to be written down of an outcome, and whether trying again is in vain. */
    record Verdict(boolean sent, boolean hopeless, String said) {
        static Verdict of(Outcome outcome) {
            return switch (outcome) {
                case Outcome.Answered answered
                when answered.status() / 100 == 2 -> new Verdict(true, false, "answered " + answered.status());
                // The receiver says that it is gone for good.
                case Outcome.Answered answered
                when answered.status() == 410 -> new Verdict(false, true, "answered 410: gone");
                case Outcome.Answered answered
                when answered.status() / 100 == 3 ->
                    new Verdict(
                            false, false, "expected 2xx, found " + answered.status() + ": redirects are not followed");
                case Outcome.Answered answered -> new Verdict(false, false, "expected 2xx, found " + answered.status());
                case Outcome.Refused refused -> new Verdict(false, true, refused.reason());
                case Outcome.Failed failed -> new Verdict(false, false, failed.reason());
            };
        }
    }
}
