/**
 * The device gateway: terminates MQTT 5 sessions over mutual TLS and hands what devices say to Kafka. Knows no database. Invariants: a PUBACK follows Kafka's acknowledgement; one device's messages keep their order; no event loop ever waits.
 */
@NullMarked
package dev.muster.telemetry.gateway;

import org.jspecify.annotations.NullMarked;
