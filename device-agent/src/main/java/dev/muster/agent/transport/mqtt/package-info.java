/**
 * The part of MQTT 5 that a device needs, over blocking TLS sockets (ADR 50): one session at a time, QoS 0 and 1, no subscriptions.
 * Knows nothing of Muster's topics; section numbers are those of the OASIS standard of 2019-03-07.
 */
@NullMarked
package dev.muster.agent.transport.mqtt;

import org.jspecify.annotations.NullMarked;
