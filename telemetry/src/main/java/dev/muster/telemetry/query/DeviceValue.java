package dev.muster.telemetry.query;

import java.time.Instant;

/**
 * One value of one metric of one device.
 *
 * @param at by the device's clock
 * @param value a {@link Double}, {@link Long}, {@link Boolean} or {@link String} (bytes as base64)
 */
public record DeviceValue(String device, String metric, Instant at, Object value) {}
