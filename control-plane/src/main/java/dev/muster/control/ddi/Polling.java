package dev.muster.control.ddi;

import dev.muster.control.access.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often clients ask, in hawkBit's words: {@code 00:05:00~10%, site==north -> 00:00:30}: an interval, how much of it may be
 * random, and other intervals for those that a query selects; the first one that selects a device counts. Pure.
 */
record Polling(String text, Interval standard, List<ForSome> overrides) {
    static final Duration SHORTEST = Duration.ofSeconds(30);
    static final Duration LONGEST = Duration.ofHours(24).minusSeconds(1);
    private static final int MOST_OVERRIDES = 20;
    private static final Pattern INTERVAL = Pattern.compile("(\\d\\d):([0-5]\\d):([0-5]\\d)(?:~(\\d{1,2})%)?");

    Polling {
        overrides = List.copyOf(overrides);
    }

    /**
     * An interval.
     *
     * @param jitter percent by which it may be longer or shorter
     */
    record Interval(Duration sleep, int jitter) {
        /**
         * What the client is told; never beyond the bounds.
         *
         * @param random 0 to 1
         */
        Duration drawn(double random) {
            double factor = 1 + (random * 2 - 1) * jitter / 100.0;
            return bounded(Duration.ofSeconds(Math.round(sleep.toSeconds() * factor)));
        }
    }

    /** Another interval for some devices. */
    record ForSome(Selector selector, Interval interval) {}

    /** Reads the text; {@link IllegalArgumentException} that names what is wrong. */
    static Polling parse(String text) {
        List<String> parts = split(text);
        Interval standard = interval(parts.getFirst());
        List<ForSome> overrides = new ArrayList<>();
        for (String part : parts.subList(1, parts.size())) {
            int arrow = part.lastIndexOf("->");
            if (arrow <= 0) {
                throw new IllegalArgumentException("expected `<query> -> HH:mm:ss`, found `" + part + "`");
            }
            overrides.add(new ForSome(
                    Selector.parse(part.substring(0, arrow).strip()),
                    interval(part.substring(arrow + 2).strip())));
        }
        if (overrides.size() > MOST_OVERRIDES) {
            throw new IllegalArgumentException(
                    "expected at most " + MOST_OVERRIDES + " overrides, found " + overrides.size());
        }
        return new Polling(text, standard, overrides);
    }

    /** Commas of lists within a query do not end a part: those stand in parentheses. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(text.substring(from, i).strip());
                from = i + 1;
            }
        }
        parts.add(text.substring(from).strip());
        return parts;
    }

    private static Interval interval(String text) {
        Matcher form = INTERVAL.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "expected an interval such as `00:05:00` or `00:05:00~10%`, found `" + text + "`");
        }
        Duration sleep = Duration.ofHours(Integer.parseInt(form.group(1)))
                .plusMinutes(Integer.parseInt(form.group(2)))
                .plusSeconds(Integer.parseInt(form.group(3)));
        if (!bounded(sleep).equals(sleep)) {
            throw new IllegalArgumentException("expected an interval of 00:00:30 to 23:59:59, found `" + text + "`");
        }
        return new Interval(sleep, form.group(4) == null ? 0 : Integer.parseInt(form.group(4)));
    }

    static Duration bounded(Duration sleep) {
        if (sleep.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return sleep.compareTo(LONGEST) > 0 ? LONGEST : sleep;
    }

    /** {@code HH:mm:ss}, which clients parse as a time of day. */
    static String format(Duration sleep) {
        return String.format(
                Locale.ROOT, "%02d:%02d:%02d", sleep.toHours(), sleep.toMinutesPart(), sleep.toSecondsPart());
    }
}
