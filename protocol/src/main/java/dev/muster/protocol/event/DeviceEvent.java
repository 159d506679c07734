package dev.muster.protocol.event;

import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened on a device.
 *
 * @param kind dotted, such as {@code security.metadata-refused}, {@code lifecycle.started}, {@code drift.app},
 *     {@code permission.usage}; those of permissions are typed in {@code permissions.PermissionEvent}
 * @param at by the device's clock
 */
public record DeviceEvent(String kind, Instant at, Map<String, String> detail) {
    public DeviceEvent {
        detail = Map.copyOf(detail);
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", kind);
        map.put("at", at.toString());
        map.put("detail", detail);
        return JsonObject.write(map);
    }

    public static DeviceEvent fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new DeviceEvent(object.string("kind"), object.instant("at"), object.stringMap("detail"));
    }
}
