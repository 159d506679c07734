package dev.muster.control.webhooks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a webhook is to be; what is left out stays.
 *
 * @param types such as {@code rollout.started} or {@code device.*}; empty for all
 * @param selector events of devices are told of these alone; empty for every device
 */
public record WebhookPatch(
        @Nullable String url,
        @Nullable List<String> types,
        @Nullable String selector,
        @Nullable Boolean enabled) {
    /** What a new one is, but for its address. */
    static final WebhookStore.Said NOTHING = new WebhookStore.Said("", List.of(), "", true);

    WebhookStore.Said on(Webhook before) {
        return on(new WebhookStore.Said(before.url(), before.types(), before.selector(), before.enabled()));
    }

    WebhookStore.Said on(WebhookStore.Said before) {
        return new WebhookStore.Said(
                url == null ? before.url() : url,
                types == null ? before.types() : types,
                selector == null ? before.selector() : selector.strip(),
                enabled == null ? before.enabled() : enabled);
    }
}
