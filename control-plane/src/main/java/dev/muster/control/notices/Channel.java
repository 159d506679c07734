package dev.muster.control.notices;

import java.time.Instant;
import java.util.List;

/**
 * Whom to tell of which alerts; also its form on the wire. Its secret is not part of it.
 *
 * @param kind {@code webhook} or {@code email}
 * @param url of a webhook; empty for e-mail
 * @param recipients of e-mail
 * @param severity the least that is told
 * @param sites whose alerts are told, with the sites below; empty for all
 * @param resolved whether is told what is over, too
 */
public record Channel(
        String name,
        String kind,
        String url,
        List<String> recipients,
        String severity,
        List<String> sites,
        boolean resolved,
        boolean enabled,
        long revision,
        long waiting,
        long dead,
        Instant changedAt,
        String changedBy,
        String changedByName) {
    public Channel {
        recipients = List.copyOf(recipients);
        sites = List.copyOf(sites);
    }

    boolean isWebhook() {
        return kind.equals("webhook");
    }
}
