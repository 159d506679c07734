package dev.muster.telemetry.query;

import java.time.Instant;

/**
 * The newest value of one metric.
 *
 * @param at by the device's clock
 * @param value a {@link Double}, {@link Long}, {@link Boolean} or {@link String} (bytes as base64)
 */
public record LatestValue(String metric, Instant at, Object value) {}
