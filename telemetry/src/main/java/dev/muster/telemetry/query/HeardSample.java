package dev.muster.telemetry.query;

import java.time.Instant;
import java.util.OptionalDouble;

/**
 * One stored sample with both its times.
 *
 * @param at by the device's clock
 * @param heard when the gateway had it
 * @param number empty where the value is none, or none that is finite
 */
public record HeardSample(String device, Instant at, Instant heard, OptionalDouble number) {}
