/**
 * Telemetry for people: latest values, series, and a live stream, read from the telemetry module's own store.
 */
@NullMarked
package dev.muster.control.telemetry;

import org.jspecify.annotations.NullMarked;
