package dev.muster.protocol.desired;

import dev.muster.protocol.json.JsonObject;
import java.util.Map;

/**
 * Says that something changed, never what: only the signed metadata fetched afterwards is trusted.
 *
 * @param generation of the desired state, grows with every change of this device
 */
public record DesiredHint(long generation) {
    public byte[] toJson() {
        return JsonObject.write(Map.of("generation", generation));
    }

    public static DesiredHint fromJson(byte[] json) {
        return new DesiredHint(JsonObject.parse(json).number("generation"));
    }
}
