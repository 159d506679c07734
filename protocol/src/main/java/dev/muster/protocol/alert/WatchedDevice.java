package dev.muster.protocol.alert;

import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rules watch a device. Topic {@code alert-devices}, key {@code tenant/device}; a device without a record has none.
 *
 * @param revision rises with every change; one that is not higher than the known one is dropped
 * @param rules their names
 */
public record WatchedDevice(long revision, List<String> rules) {
    public WatchedDevice {
        rules = List.copyOf(rules);
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("revision", revision);
        map.put("rules", rules);
        return JsonObject.write(map);
    }

    public static WatchedDevice fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new WatchedDevice(object.number("revision"), object.strings("rules"));
    }
}
