package dev.muster.telemetry.lifecycle;

import java.util.function.LongSupplier;

/**
 * One number a component shows; reading it is cheap and thread-safe.
 *
 * @param name dotted, such as {@code gateway.publishes}
 */
public record Meter(String name, Kind kind, LongSupplier value) {
    /** Whether the number only grows. */
    public enum Kind {
        COUNTER,
        GAUGE
    }
}
