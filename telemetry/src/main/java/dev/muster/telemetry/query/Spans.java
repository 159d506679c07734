package dev.muster.telemetry.query;

import java.time.Duration;

/**
 * How a span of time is cut into points.
 *
 * @param level what the points are made of
 * @param step width of one point: whole windows, where it is made of windows
 */
public record Spans(Level level, Duration step) {}
