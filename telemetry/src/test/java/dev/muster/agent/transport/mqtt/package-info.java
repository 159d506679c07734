/** The agent's MQTT codec, looked at from where Netty's is at hand. */
@NullMarked
package dev.muster.agent.transport.mqtt;

import org.jspecify.annotations.NullMarked;
