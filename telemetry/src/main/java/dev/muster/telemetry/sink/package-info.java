/**
 * Topics to PostgreSQL, exactly once: rows, latest values, high-water marks and offsets in one transaction per poll.
 */
@NullMarked
package dev.muster.telemetry.sink;

import org.jspecify.annotations.NullMarked;
