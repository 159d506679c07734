package dev.muster.control.alerts;

import dev.muster.control.access.Selector;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts are asked for.
 *
 * @param states any of them; empty for all
 * @param severities any of them; empty for all
 * @param devices that the alerts are of
 * @param loud whether inhibited and silenced ones are left out
 */
record AlertFilter(
        List<String> states,
        List<String> severities,
        @Nullable String rule,
        Selector devices,
        boolean loud) {
    AlertFilter {
        states = List.copyOf(states);
        severities = List.copyOf(severities);
    }

    /** As a request has them: words separated by commas; {@code open} stands for all that are not resolved. */
    static AlertFilter of(
            @Nullable String state,
            @Nullable String severity,
            @Nullable String rule,
            @Nullable String devices,
            boolean loud) {
        List<String> states = new ArrayList<>();
        for (String word : words(state)) {
            if (word.equals("open")) {
                states.addAll(List.of("pending", "firing", "acknowledged"));
            } else {
                states.add(AlertState.parse(word)
                        .orElseThrow(() -> wrong("state", "open, pending, firing, acknowledged or resolved", word))
                        .text());
            }
        }
        for (String word : words(severity)) {
            if (!List.of("info", "warning", "critical").contains(word)) {
                throw wrong("severity", "info, warning or critical", word);
            }
        }
        return new AlertFilter(states, words(severity), rule, Selector.parse(devices), loud);
    }

    private static List<String> words(@Nullable String text) {
        return text == null || text.isBlank()
                ? List.of()
                : List.of(text.strip().toLowerCase(Locale.ROOT).split("\\s*,\\s*"));
    }

    private static ProblemException wrong(String name, String expected, String found) {
        return new ProblemException(
                ProblemCode.INVALID_REQUEST, "expected `" + name + "` of " + expected + ", found `" + found + "`");
    }
}
