package dev.muster.telemetry.gateway;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Which gateways live, and what those that do not have left behind. Every gateway beats in the claims topic; one is lost
 * when this gateway has read so many of its own beats since the last of the other. No clock is asked: while Kafka is away
 * nobody's beats arrive, our own neither. On the tail thread.
 */
final class Leases {
    /** Beats of our own without one of another: its lease has lapsed. */
    static final int BEATS = 4;

    private final String instance;
    private final Map<String, Long> lastBeats = new HashMap<>();
    private final Map<String, Held> elsewhere = new HashMap<>();
    private long ownBeats;

    /** A session on another gateway. */
    private record Held(String gateway, long epoch) {}

    Leases(String instance) {
        this.instance = instance;
    }

    void beat(String gateway) {
        if (gateway.equals(instance)) {
            ownBeats++;
        } else {
            lastBeats.put(gateway, ownBeats);
        }
    }

    void claimed(String key, String gateway, long epoch) {
        if (gateway.equals(instance)) {
            elsewhere.remove(key);
        } else {
            elsewhere.put(key, new Held(gateway, epoch));
        }
    }

    void ended(String key) {
        elsewhere.remove(key);
    }

    /** By key, with the epoch; once. A gateway that never beat is not judged: it may be of a version that does not. */
    Map<String, Long> takeLost() {
        Map<String, Long> lost = new HashMap<>();
        for (Iterator<Map.Entry<String, Long>> each = lastBeats.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Long> gateway = each.next();
            if (ownBeats - gateway.getValue() >= BEATS) {
                each.remove();
                elsewhere.forEach((key, held) -> {
                    if (held.gateway().equals(gateway.getKey())) {
                        lost.put(key, held.epoch());
                    }
                });
            }
        }
        lost.keySet().forEach(elsewhere::remove);
        return lost;
    }
}
