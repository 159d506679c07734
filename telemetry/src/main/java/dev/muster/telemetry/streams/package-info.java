/**
 * The stream topology: telemetry in, whole-window rollups out. Reads and writes topics only.
 */
@NullMarked
package dev.muster.telemetry.streams;

import org.jspecify.annotations.NullMarked;
