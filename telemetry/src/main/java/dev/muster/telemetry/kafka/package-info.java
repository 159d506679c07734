/**
 * How telemetry reaches Kafka: settings, creation of topics, small helpers around the plain clients.
 */
@NullMarked
package dev.muster.telemetry.kafka;

import org.jspecify.annotations.NullMarked;
