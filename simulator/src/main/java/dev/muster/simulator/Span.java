package dev.muster.simulator;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A length of time as people write it. */
final class Span {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([smh])");

    private Span() {}

    /** Reads {@code 90s}, {@code 10m} or {@code 1h}. */
    static Duration parse(String text) {
        Matcher found = FORM.matcher(text);
        if (!found.matches()) {
            throw new IllegalArgumentException("expected a time such as `90s`, `10m` or `1h`, found `" + text + "`");
        }
        long count = Long.parseLong(found.group(1));
        return switch (found.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }
}
