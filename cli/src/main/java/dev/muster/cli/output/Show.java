package dev.muster.cli.output;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Times and sizes for people. */
public final class Show {
    private Show() {}

    /** How long before {@code now} an ISO-8601 instant was, such as {@code 5m ago}; other text stays as it is. */
    public static String ago(String instant, Instant now) {
        try {
            Duration age = Duration.between(Instant.parse(instant), now);
            if (age.isNegative()) {
                return "in " + span(age.negated());
            }
            return age.toSeconds() < 2 ? "now" : span(age) + " ago";
        } catch (DateTimeException e) {
            return instant;
        }
    }

    private static String span(Duration age) {
        if (age.toSeconds() < 120) {
            return age.toSeconds() + "s";
        }
        if (age.toMinutes() < 120) {
            return age.toMinutes() + "m";
        }
        return age.toHours() < 48 ? age.toHours() + "h" : age.toDays() + "d";
    }

    /** A number of bytes in binary units. */
    public static String bytes(long count) {
        if (count < 1024) {
            return count + " B";
        }
        double value = count;
        int unit = -1;
        do {
            value /= 1024;
            unit++;
        } while (value >= 1024 && unit < 4);
        return String.format(Locale.ROOT, "%.1f %ciB", value, "KMGTP".charAt(unit));
    }

    /** The first 12 characters of a hash, enough to tell hashes apart. */
    public static String shortHash(String hash) {
        return hash.length() > 12 ? hash.substring(0, 12) : hash;
    }
}
