/**
 * The path of telemetry under load, from devices to Kafka and from Kafka to PostgreSQL, beside a broker with a bridge and
 * beside the least that could do it. Every part runs in a process of its own, so that its CPU can be told apart.
 */
@NullMarked
package dev.muster.benchmarks.telemetry;

import org.jspecify.annotations.NullMarked;
