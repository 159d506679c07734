package dev.muster.cli.doctor;

import dev.muster.cli.output.Row;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What was found of one thing, here or by the server.
 *
 * @param advice what to do about it; empty where all is well
 */
public record Check(String id, State state, String found, String expected, String advice) {
    /** How well it is, the best first. */
    public enum State {
        OK,
        UNKNOWN,
        WARNING,
        FAILING;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** A word that a newer server may have is something to look at. */
        static State of(String text) {
            for (State state : values()) {
                if (state.text().equals(text)) {
                    return state;
                }
            }
            return UNKNOWN;
        }
    }

    static Check ok(String id, String found, String expected) {
        return new Check(id, State.OK, found, expected, "");
    }

    static Check of(Row finding) {
        return new Check(
                finding.text("id"),
                State.of(finding.text("state")),
                finding.text("found"),
                finding.text("expected"),
                finding.at("advice") == null ? "" : String.valueOf(finding.at("advice")));
    }

    Map<String, String> toMap() {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("id", id);
        members.put("state", state.text());
        members.put("found", found);
        members.put("expected", expected);
        members.put("advice", advice);
        return members;
    }
}
