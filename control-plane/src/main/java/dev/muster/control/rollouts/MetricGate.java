package dev.muster.control.rollouts;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a metric has to be on the devices of a wave that succeeded, as they told it since then, before the next wave opens.
 *
 * @param metric as devices name it, such as {@code disk.used}
 * @param limit in the metric's own unit
 */
public record MetricGate(Statistic statistic, String metric, Comparison comparison, double limit) {
    private static final Pattern TEXT = Pattern.compile(
            "\\s*([a-z]+)\\s*\\(\\s*([^()\\s]{1,200})\\s*\\)\\s*(<=|>=|<|>)\\s*(-?[0-9]+(?:\\.[0-9]+)?)\\s*");

    /** How many values become one. */
    public enum Statistic {
        MEAN("avg"),
        MIN("min"),
        MAX("max");

        private final String sql;

        Statistic(String sql) {
            this.sql = sql;
        }

        /** The aggregate function that does it. */
        String sql() {
            return sql;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How the value has to stand to the limit. */
    public enum Comparison {
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">=");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        boolean holds(double value, double limit) {
            return switch (this) {
                case LESS -> value < limit;
                case LESS_OR_EQUAL -> value <= limit;
                case GREATER -> value > limit;
                case GREATER_OR_EQUAL -> value >= limit;
            };
        }
    }

    /** What so many devices have told. */
    public record Reading(double value, int devices) {}

    /** Reads such as {@code max(disk.used) < 0.9}; {@link IllegalArgumentException} says what was expected. */
    public static MetricGate parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "expected a `metric` such as `max(disk.used) < 0.9`, found `" + text + "`");
        }
        Statistic statistic = Arrays.stream(Statistic.values())
                .filter(one -> one.text().equals(parts.group(1)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected `metric` to begin with one of "
                        + Arrays.stream(Statistic.values()).map(Statistic::text).collect(Collectors.joining(", "))
                        + ", found `" + parts.group(1) + "`"));
        Comparison comparison = Arrays.stream(Comparison.values())
                .filter(one -> one.sign.equals(parts.group(3)))
                .findFirst()
                .orElseThrow();
        return new MetricGate(statistic, parts.group(2), comparison, Double.parseDouble(parts.group(4)));
    }

    /** As {@link #parse} reads it. */
    public String text() {
        return statistic.text() + "(" + metric + ") " + comparison.sign + " " + plain(limit);
    }

    boolean holds(Reading reading) {
        return comparison.holds(reading.value(), limit);
    }

    /** A number for people: whole where it is whole. */
    static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
