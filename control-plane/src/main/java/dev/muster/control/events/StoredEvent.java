package dev.muster.control.events;

import java.time.Instant;
import java.util.Map;

/**
 * One event, also its form on the wire.
 *
 * @param id rises in order of arrival
 * @param at by the device's clock
 */
public record StoredEvent(long id, Instant at, String kind, Map<String, String> detail) {
    public StoredEvent {
        detail = Map.copyOf(detail);
    }
}
