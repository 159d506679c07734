package dev.muster.protocol.kafka;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.json.JsonObject;
import java.util.Map;

/** From the control plane to the gateway that owns a device's session; every gateway reads all. */
public sealed interface DownMessage {
    /** Tell the device that its document changed. */
    record Desired(DesiredHint hint) implements DownMessage {}

    /** Hand the device a command. */
    record Run(Command command) implements DownMessage {}

    /** Ask a foreign edge node for its births. */
    record Rebirth() implements DownMessage {}

    default byte[] toJson() {
        return switch (this) {
            case Desired desired ->
                JsonObject.write(
                        Map.of("desired", Map.of("generation", desired.hint().generation())));
            case Run run ->
                JsonObject.write(Map.of(
                        "command", JsonObject.parse(run.command().toJson()).members()));
            case Rebirth rebirth -> JsonObject.write(Map.of("rebirth", Map.of()));
        };
    }

    static DownMessage fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        if (object.has("desired")) {
            return new Desired(new DesiredHint(object.object("desired").number("generation")));
        }
        if (object.has("command")) {
            return new Run(
                    Command.fromJson(JsonObject.write(object.object("command").members())));
        }
        if (object.has("rebirth")) {
            return new Rebirth();
        }
        throw new ProtocolException("expected `desired`, `command` or `rebirth`, found "
                + object.members().keySet());
    }
}
