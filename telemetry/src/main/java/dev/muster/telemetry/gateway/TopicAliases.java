package dev.muster.telemetry.gateway;

import org.jspecify.annotations.Nullable;

/** Short numbers that a device gave to its topics, for one connection (MQTT 5, 3.3.2.3.4). On the event loop. */
final class TopicAliases {
    /** Aliases a device may use at a time: more than it has topics. */
    static final int MAXIMUM = 16;

    private @Nullable String @Nullable [] topics;

    static boolean isAllowed(int alias) {
        return alias > 0 && alias <= MAXIMUM;
    }

    /** Gives {@code alias} a meaning from now on. */
    void put(int alias, String topic) {
        @Nullable String[] known = topics;
        if (known == null) {
            known = new @Nullable String[MAXIMUM + 1]; // only for those who use them
            topics = known;
        }
        known[alias] = topic;
    }

    /** The topic; {@code null} if the alias has no meaning yet. */
    @Nullable String get(int alias) {
        @Nullable String[] known = topics;
        return known == null ? null : known[alias];
    }
}
