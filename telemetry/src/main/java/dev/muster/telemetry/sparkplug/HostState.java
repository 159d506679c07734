package dev.muster.telemetry.sparkplug;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a host tells of itself, retained and at QoS 1 (specification 4.2.6 and 6.4.10): nodes that wait for it publish while it is online.
 *
 * @param atMillis since 1970; a will carries that of the birth it ends
 */
public record HostState(boolean online, long atMillis) {
    static final String LEVEL = "STATE";
    private static final String PREFIX = SparkplugTopic.NAMESPACE + "/" + LEVEL + "/";

    /**
     * The topic of a host.
     *
     * @throws IllegalArgumentException if it cannot be a host's id
     */
    public static String topic(String host) {
        if (!NodeId.isLevel(host)) {
            throw new IllegalArgumentException(
                    "expected a host id without `/`, `+`, `#` and control characters, found `" + host + "`");
        }
        return PREFIX + host;
    }

    /** The host whose topic this is. */
    public static Optional<String> host(String topic) {
        return Optional.of(topic)
                .filter(text -> text.startsWith(PREFIX))
                .map(text -> text.substring(PREFIX.length()))
                .filter(NodeId::isLevel);
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("online", online);
        map.put("timestamp", atMillis);
        return JsonObject.write(map);
    }

    /**
     * Reads one.
     *
     * @throws ProtocolException if it is none
     */
    public static HostState fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new HostState(
                object.optionalFlag("online")
                        .orElseThrow(() -> new ProtocolException("expected true or false at `online`")),
                object.number("timestamp"));
    }
}
