package dev.muster.control.bridges;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection as it is in force, and how it stands; also its form on the wire. Secrets are not part of it.
 *
 * @param selector RSQL, which devices it may speak for; empty for every foreign one
 * @param hasPassword whether there is one
 * @param hasIdentity whether there is a client certificate
 * @param devices foreign devices that it made
 */
public record StoredBridge(
        String name,
        long revision,
        String description,
        String broker,
        String selector,
        boolean enabled,
        String yaml,
        boolean hasPassword,
        boolean hasIdentity,
        long devices,
        Run run,
        Instant changedAt,
        String changedBy,
        String changedByName) {
    /**
     * How it stands. Numbers are of all its runs.
     *
     * @param state {@code disabled}, {@code pending} (no instance runs it), {@code connecting}, {@code connected} or {@code waiting}
     * @param problem {@code none}, {@code credentials}, {@code certificate}, {@code address}, {@code unreachable},
     *     {@code subscription}, {@code taken-over}, {@code behind} or {@code other}
     * @param refusals devices that were refused lately, with the reason
     */
    public record Run(
            String state,
            String problem,
            String detail,
            @Nullable String instance,
            @Nullable Instant since,
            @Nullable Instant lastMessage,
            long received,
            long values,
            long deadLetters,
            long refused,
            long dropped,
            long gaps,
            double perSecond,
            Map<String, String> refusals) {
        public Run {
            refusals = Map.copyOf(refusals);
        }
    }
}
