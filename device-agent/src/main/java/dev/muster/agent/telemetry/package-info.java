/**
 * Samples of the device, put on the disk queue and from there on the wire.
 */
@NullMarked
package dev.muster.agent.telemetry;

import org.jspecify.annotations.NullMarked;
