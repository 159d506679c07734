package dev.muster.telemetry.payload;

import dev.muster.protocol.ProtocolException;
import dev.muster.telemetry.record.Metric;

/** What holds of every metric, whatever encoding it came in. Pure. */
public final class Metrics {
    private static final int MAX_NAME = 200;
    private static final long YEAR_10000_MILLIS = 253_402_300_800_000L;

    private Metrics() {}

    /**
     * A metric that has its name and time, and still no value.
     *
     * @throws ProtocolException if either cannot be kept
     */
    public static Metric.Builder metric(String name, long atMillis) {
        return Metric.newBuilder().setName(name(name)).setAtMs(time(name, atMillis));
    }

    /** U+0000 is the one character that PostgreSQL's text cannot hold. */
    public static String storable(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new ProtocolException("expected text without U+0000 as value of `" + name + "`");
        }
        return text;
    }

    private static String name(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new ProtocolException("expected a metric name of 1 to " + MAX_NAME
                    + " characters without control characters, found one of " + name.length());
        }
        return name;
    }

    private static long time(String name, long millis) {
        if (millis < 0 || millis >= YEAR_10000_MILLIS) {
            throw new ProtocolException("expected milliseconds since 1970 as time of `" + name + "`, found " + millis);
        }
        return millis;
    }
}
