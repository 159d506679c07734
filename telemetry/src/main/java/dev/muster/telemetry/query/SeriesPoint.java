package dev.muster.telemetry.query;

import java.time.Instant;

/**
 * All samples of one metric within one span.
 *
 * @param at start of the span
 * @param last the value of the newest sample in it
 */
public record SeriesPoint(Instant at, double min, double max, double mean, double last) {}
