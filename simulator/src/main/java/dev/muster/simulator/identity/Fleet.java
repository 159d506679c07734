package dev.muster.simulator.identity;

import dev.muster.protocol.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What all devices of one simulator were told when they enrolled.
 *
 * @param server {@code https://host:port} of the device port
 * @param mqtt {@code host:port} of the gateway
 * @param issuersPem of their certificates, the nearest first; may be empty
 * @param caPem roots to trust
 * @param directorRoot root metadata of the director repository
 */
public record Fleet(URI server, String mqtt, String issuersPem, String caPem, String directorRoot) {
    byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("server", server.toString());
        map.put("mqtt", mqtt);
        map.put("issuers", issuersPem);
        map.put("ca", caPem);
        map.put("directorRoot", directorRoot);
        return JsonObject.write(map);
    }

    static Fleet fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new Fleet(
                object.convert("server", URI::create),
                object.string("mqtt"),
                object.string("issuers"),
                object.string("ca"),
                object.string("directorRoot"));
    }

    /** The director's root as bytes, one array for all devices. */
    public byte[] rootBytes() {
        return directorRoot.getBytes(StandardCharsets.UTF_8);
    }
}
