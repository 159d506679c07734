package dev.muster.control.alerts;

import java.util.Locale;
import java.util.Optional;

/** Where an alert stands in the book. */
public enum AlertState {
    /** The condition holds, but not for long enough yet. */
    PENDING,
    FIRING,
    /** It fires, and somebody said that he takes care. */
    ACKNOWLEDGED,
    RESOLVED;

    /** As on the wire and in rows. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<AlertState> parse(String text) {
        for (AlertState state : values()) {
            if (state.text().equals(text)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }
}
