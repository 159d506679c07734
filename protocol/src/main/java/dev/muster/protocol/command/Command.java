package dev.muster.protocol.command;

import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A one-off verb for a device.
 *
 * @param id unique within the tenant; the answer repeats it
 * @param verb of a {@link CommandKind}; the agent answers {@code rejected} to one it does not know
 * @param deadline after which the device must not start it any more
 */
public record Command(String id, String verb, Map<String, String> arguments, Instant deadline) {
    public Command {
        arguments = Map.copyOf(arguments);
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("verb", verb);
        map.put("arguments", arguments);
        map.put("deadline", deadline.toString());
        return JsonObject.write(map);
    }

    public static Command fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new Command(
                object.string("id"), object.string("verb"), object.stringMap("arguments"), object.instant("deadline"));
    }
}
