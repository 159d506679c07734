package dev.muster.protocol.kafka;

import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A gateway says that it owns a device's session; the record's offset is the fencing epoch.
 *
 * @param gateway instance that claims
 * @param connection unique per CONNECT, so that a gateway knows its own claim when it reads it back
 */
public record SessionClaim(String gateway, String connection, Instant at) {
    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("gateway", gateway);
        map.put("connection", connection);
        map.put("at", at.toString());
        return JsonObject.write(map);
    }

    public static SessionClaim fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new SessionClaim(object.string("gateway"), object.string("connection"), object.instant("at"));
    }
}
