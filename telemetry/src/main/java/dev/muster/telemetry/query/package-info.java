/**
 * What the sink stored, and the live tail of what is still on its way. Access is decided by the caller's connection.
 */
@NullMarked
package dev.muster.telemetry.query;

import org.jspecify.annotations.NullMarked;
