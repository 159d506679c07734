package dev.muster.telemetry.schema;

import java.time.Duration;

/**
 * How long each level of detail is kept; the sink drops what is older, the query side answers from what there is.
 *
 * @param raw single samples, by the time the gateway had them
 * @param minutes windows of a minute
 * @param hours windows of an hour
 */
public record Retention(Duration raw, Duration minutes, Duration hours) {
    /** 7 days, 90 days and two years. */
    public static final Retention DEFAULT =
            new Retention(Duration.ofDays(7), Duration.ofDays(90), Duration.ofDays(730));

    /** Refuses a level that is kept shorter than a day, or than the finer one before it. */
    public Retention {
        if (raw.compareTo(Duration.ofDays(1)) < 0 || minutes.compareTo(raw) < 0 || hours.compareTo(minutes) < 0) {
            throw new IllegalArgumentException(
                    "expected telemetry to be kept at least a day, and each level as long as the finer one, found raw "
                            + raw + ", minutes " + minutes + ", hours " + hours);
        }
    }
}
