package dev.muster.agent.transport.mqtt;

import java.util.Optional;

/** What a server may send to a client that never subscribes and never publishes at QoS 2. */
sealed interface Packet {
    /**
     * The answer to CONNECT (section 3.2), with the standard's defaults for what it leaves out.
     *
     * @param maximumPacketSize bytes; {@link Long#MAX_VALUE} where the server names no bound
     * @param topicAliasMaximum 0 where the server takes no aliases
     * @param keepAliveSeconds what the server commands; negative where it takes what was asked for
     */
    record Connack(
            boolean sessionPresent,
            int reasonCode,
            int receiveMaximum,
            int maximumQos,
            long maximumPacketSize,
            int topicAliasMaximum,
            int keepAliveSeconds)
            implements Packet {}

    /** A message; {@code packetId} is 0 at QoS 0. Not a record: an array has no equality of its own. */
    final class Publish implements Packet {
        private final int packetId;
        private final String topic;
        private final byte[] payload;
        private final Optional<String> trace;

        Publish(int packetId, String topic, byte[] payload, Optional<String> trace) {
            this.packetId = packetId;
            this.topic = topic;
            this.payload = payload;
            this.trace = trace;
        }

        int packetId() {
            return packetId;
        }

        String topic() {
            return topic;
        }

        byte[] payload() {
            return payload;
        }

        Optional<String> trace() {
            return trace;
        }
    }

    /** The answer to a message of ours at QoS 1. */
    record Puback(int packetId, int reasonCode) implements Packet {}

    /** The answer to PINGREQ. */
    record Pingresp() implements Packet {}

    /** The server ends the connection. */
    record Disconnect(int reasonCode) implements Packet {}
}
