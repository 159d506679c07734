/**
 * Payloads of {@code .../telemetry/json}.
 */
@NullMarked
package dev.muster.protocol.telemetry;

import org.jspecify.annotations.NullMarked;
