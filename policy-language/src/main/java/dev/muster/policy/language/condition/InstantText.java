package dev.muster.policy.language.condition;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Instants as people write them: RFC 3339 in whole seconds, because devices count whole seconds. */
public final class InstantText {
    private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");
    private static final int LONGEST = 64;

    private InstantText() {}

    /** An instant of the years 1970 to 9998 with its offset; empty for any other text. */
    public static Optional<Instant> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            boolean fits = instant.equals(instant.truncatedTo(ChronoUnit.SECONDS))
                    && !instant.isBefore(Instant.EPOCH)
                    && instant.isBefore(END);
            return fits ? Optional.of(instant) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
