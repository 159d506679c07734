package dev.muster.protocol.kafka;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How much all devices of a tenant together may send through one gateway.
 *
 * @param messagesPerSecond 1 or more; empty: as the gateway's configuration says
 * @param bytesPerSecond of payload, 1 or more; empty: as the gateway's configuration says
 */
public record TelemetryQuota(Optional<Long> messagesPerSecond, Optional<Long> bytesPerSecond) {
    /** Refuses 0, which would read as "no limit" in one place and as "nothing" in another. */
    public TelemetryQuota {
        messagesPerSecond.ifPresent(TelemetryQuota::require);
        bytesPerSecond.ifPresent(TelemetryQuota::require);
    }

    private static void require(long perSecond) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("expected a quota of 1 a second or more, found `" + perSecond + "`");
        }
    }

    /** Whether it says nothing. */
    public boolean isEmpty() {
        return messagesPerSecond.isEmpty() && bytesPerSecond.isEmpty();
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        messagesPerSecond.ifPresent(value -> map.put("messagesPerSecond", value));
        bytesPerSecond.ifPresent(value -> map.put("bytesPerSecond", value));
        return map;
    }

    static TelemetryQuota from(JsonObject json) {
        try {
            return new TelemetryQuota(json.optionalNumber("messagesPerSecond"), json.optionalNumber("bytesPerSecond"));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(String.valueOf(e.getMessage()), e);
        }
    }
}
