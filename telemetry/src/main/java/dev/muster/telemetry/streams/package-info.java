/**
 * The stream topology: telemetry in, whole-window rollups out; and what rules of alerts make of telemetry, presence, events and
 * reports. Reads and writes topics only.
 */
@NullMarked
package dev.muster.telemetry.streams;

import org.jspecify.annotations.NullMarked;
