/** Tests of the MQTT client: against bytes, and against a peer that says what it is told to. */
@NullMarked
package dev.muster.agent.transport.mqtt;

import org.jspecify.annotations.NullMarked;
