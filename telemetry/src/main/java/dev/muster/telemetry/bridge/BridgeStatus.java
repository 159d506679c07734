package dev.muster.telemetry.bridge;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a bridge stands. Numbers count from the start of this run.
 *
 * @param problem what keeps it from being connected
 * @param detail the same for people; empty while all is well
 * @param received messages
 * @param values measurements that Kafka has
 * @param deadLetters messages that could not be read
 * @param refused measurements' batches of devices that the connection may not speak for
 * @param dropped messages of QoS 0 for which there was no room
 * @param gaps how often a Sparkplug node's messages were missing
 * @param refusals devices that were refused lately, with the reason; not all
 */
public record BridgeStatus(
        State state,
        Problem problem,
        String detail,
        Instant since,
        @Nullable Instant lastMessage,
        long received,
        long values,
        long deadLetters,
        long refused,
        long dropped,
        long gaps,
        Map<String, String> refusals) {
    public BridgeStatus {
        refusals = Map.copyOf(refusals);
    }

    /** Where it is in its life. */
    public enum State {
        CONNECTING,
        CONNECTED,
        /** It tries again later. */
        WAITING,
        STOPPED;

        /** As on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why there is no connection, or nothing comes through it. */
    public enum Problem {
        NONE,
        /** User name, password or client certificate. */
        CREDENTIALS,
        /** That of the broker is not believed. */
        CERTIFICATE,
        /** One that may not be dialled. */
        ADDRESS,
        UNREACHABLE,
        SUBSCRIPTION,
        /** Another client has the same client id. */
        TAKEN_OVER,
        /** Kafka, or the registry of devices. */
        BEHIND,
        OTHER;

        /** As on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
