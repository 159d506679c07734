package dev.muster.telemetry.query;

import java.time.Instant;

/**
 * All samples of one metric of many devices within one span.
 *
 * @param at start of the span
 * @param devices how many devices have a sample in it
 */
public record FleetPoint(Instant at, double min, double max, double mean, long devices) {}
