/**
 * The bridge to brokers that are there already: a client of theirs, whose messages become canonical records on Kafka. A message is
 * acknowledged only after Kafka has all that became of it. Which devices it may speak for is asked of a {@link
 * dev.muster.telemetry.bridge.DeviceDoor}; nothing here knows a database.
 */
@NullMarked
package dev.muster.telemetry.bridge;

import org.jspecify.annotations.NullMarked;
