package dev.muster.protocol.kafka;

import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A device came or went.
 *
 * @param epoch fencing epoch of the session this speaks of; a lower one than known is dropped
 * @param reason why it went, empty when it came
 */
public record Presence(boolean online, long epoch, Instant at, String gateway, String reason) {
    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("online", online);
        map.put("epoch", epoch);
        map.put("at", at.toString());
        map.put("gateway", gateway);
        map.put("reason", reason);
        return JsonObject.write(map);
    }

    public static Presence fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new Presence(
                object.optionalFlag("online").orElse(false),
                object.number("epoch"),
                object.instant("at"),
                object.string("gateway"),
                object.optionalString("reason").orElse(""));
    }
}
