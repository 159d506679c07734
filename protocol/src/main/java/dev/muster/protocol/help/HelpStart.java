package dev.muster.protocol.help;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a device is told of a session that it opens.
 *
 * @param subject a path for files, {@code host:port} for a forward, empty for a terminal
 * @param columns of the terminal
 * @param rows of the terminal
 * @param until when it ends at the latest
 * @param by name of the person, for the device's own log
 */
public record HelpStart(
        String session, HelpKind kind, String subject, int columns, int rows, Instant until, String by, String reason) {
    /** Verb of the command that asks a device to come. */
    public static final String VERB = "help";

    private static final int MOST_CELLS = 1000;

    public HelpStart {
        if (columns < 1 || columns > MOST_CELLS || rows < 1 || rows > MOST_CELLS) {
            throw new ProtocolException("expected a terminal of 1 to " + MOST_CELLS + " columns and rows, found "
                    + columns + " and " + rows);
        }
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("session", session);
        map.put("kind", kind.text());
        map.put("subject", subject);
        map.put("columns", columns);
        map.put("rows", rows);
        map.put("until", until.toString());
        map.put("by", by);
        map.put("reason", reason);
        return JsonObject.write(map);
    }

    public static HelpStart fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new HelpStart(
                object.string("session"),
                HelpKind.parse(object.string("kind")),
                object.string("subject"),
                Math.toIntExact(Math.clamp(object.number("columns"), 0, Integer.MAX_VALUE)),
                Math.toIntExact(Math.clamp(object.number("rows"), 0, Integer.MAX_VALUE)),
                object.instant("until"),
                object.optionalString("by").orElse(""),
                object.optionalString("reason").orElse(""));
    }
}
