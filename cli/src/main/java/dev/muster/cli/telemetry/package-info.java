/** Telemetry: latest values, series, live. */
@NullMarked
package dev.muster.cli.telemetry;

import org.jspecify.annotations.NullMarked;
