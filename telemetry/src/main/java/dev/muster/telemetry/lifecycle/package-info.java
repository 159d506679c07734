/**
 * What every long-running part of telemetry shows to the process that hosts it: health, meters, an idempotent close.
 */
@NullMarked
package dev.muster.telemetry.lifecycle;

import org.jspecify.annotations.NullMarked;
