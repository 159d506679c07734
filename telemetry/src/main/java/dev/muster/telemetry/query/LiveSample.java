package dev.muster.telemetry.query;

import java.time.Instant;

/**
 * A value that just passed through Kafka; the sink may not have stored it yet.
 *
 * @param at by the device's clock
 * @param value a {@link Double}, {@link Long}, {@link Boolean} or {@link String} (bytes as base64)
 */
public record LiveSample(String metric, Instant at, Object value) {}
