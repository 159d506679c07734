package dev.muster.policy.language;

import dev.muster.policy.language.condition.InstantText;
import dev.muster.policy.model.Condition;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a text means where a number, a time or a date is expected. YAML itself never guesses: every scalar is text. */
final class Scalars {
    static final String INSTANT = "an instant in whole seconds with its offset, such as `2026-03-01T06:00:00Z`,";

    /** Monday first, as the bits of {@link Condition.Weekdays}. */
    static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]{1,9}(\\.[0-9]{1,15})?");

    private Scalars() {}

    static Optional<Integer> integer(String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            return number >= least && number <= most ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A decimal number without exponent: {@code NaN}, {@code 1e9} and {@code 0x10} are none. */
    static Optional<Double> decimal(String text, double least, double most) {
        if (!DECIMAL.matcher(text).matches()) {
            return Optional.empty();
        }
        double number = Double.parseDouble(text);
        return number >= least && number <= most ? Optional.of(number) : Optional.empty();
    }

    static Optional<Boolean> flag(String text) {
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    static Optional<Instant> instant(String text) {
        return InstantText.parse(text);
    }

    static Optional<LocalDate> date(String text) {
        try {
            return text.length() == "2026-03-01".length() ? Optional.of(LocalDate.parse(text)) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The day's bit. */
    static Optional<Integer> day(String text) {
        int day = DAYS.indexOf(text);
        return day < 0 ? Optional.empty() : Optional.of(1 << day);
    }

    /** An IANA time zone. */
    static Optional<String> timeZone(String text) {
        return ZoneId.getAvailableZoneIds().contains(text) ? Optional.of(text) : Optional.empty();
    }
}
