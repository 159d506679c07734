package dev.muster.protocol.command;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The one final answer to a {@link Command}.
 *
 * @param output for people, at most 16 KiB of text; longer results are uploaded
 * @param reason why it was not done, one of {@link CommandReasons}; empty where it was, and from agents that say none
 */
public record CommandAnswer(String id, Outcome outcome, String output, String reason) {
    /** Longest output, in characters. */
    public static final int MAX_OUTPUT = 16 << 10;

    /** How it ended. */
    public enum Outcome {
        DONE,
        FAILED,
        REJECTED,
        EXPIRED
    }

    /** Without a reason. */
    public CommandAnswer(String id, Outcome outcome, String output) {
        this(id, outcome, output, "");
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("outcome", outcome.name().toLowerCase(Locale.ROOT));
        map.put("output", output);
        if (!reason.isEmpty()) {
            map.put("reason", reason);
        }
        return JsonObject.write(map);
    }

    public static CommandAnswer fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        String outcome = object.string("outcome");
        try {
            return new CommandAnswer(
                    object.string("id"),
                    Outcome.valueOf(outcome.toUpperCase(Locale.ROOT)),
                    object.optionalString("output").orElse(""),
                    object.optionalString("reason").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("expected done, failed, rejected or expired, found `" + outcome + "`", e);
        }
    }
}
