package dev.muster.control.rollouts;

import java.time.DateTimeException;
import java.time.Duration;

/** Durations as requests name them. */
final class Durations {
    private Durations() {}

    /** Reads an ISO-8601 duration; {@link IllegalArgumentException} names the member, what was expected and found. */
    static Duration parse(String member, String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "`" + member + "`: expected an ISO-8601 duration such as PT1H, found `" + text + "`", e);
        }
    }
}
