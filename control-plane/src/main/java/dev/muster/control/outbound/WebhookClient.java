package dev.muster.control.outbound;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Posts events to webhooks, signed; never in a transaction. Thread-safe. */
@Singleton
public final class WebhookClient {
    private final OutboundHttp http;
    private final Clock clock;

    WebhookClient(OutboundHttp http, Clock clock) {
        this.http = http;
        this.clock = clock;
    }

    /** Posts the event once, with a signature by each of the secrets: whoever receives has one of them. */
    public Verdict send(String url, List<String> secrets, CloudEvent event) {
        byte[] body = event.toJson();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", CloudEvent.MEDIA_TYPE);
        headers.putAll(WebhookSignature.headers(secrets, event.id(), clock.instant(), body));
        return Verdict.of(http.post(url, headers, body));
    }
}
