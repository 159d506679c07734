package dev.muster.agent.transport.mqtt;

import java.util.Optional;

/**
 * What CONNECT says (section 3.1).
 *
 * @param cleanStart whether the server forgets what it kept for this client
 * @param sessionExpirySeconds how long the server keeps the session after its end, 0 to 2^32 - 1
 * @param keepAliveSeconds 0 (none) to 65,535; the server may command another
 * @param receiveMaximum QoS 1 messages the server may send without acknowledgement, 1 to 65,535
 * @param maximumPacketSize largest packet that is taken from the server, in bytes; also bounds the memory of one
 * @param will published by the server when the connection ends without DISCONNECT
 */
public record MqttOptions(
        String clientId,
        boolean cleanStart,
        long sessionExpirySeconds,
        int keepAliveSeconds,
        int receiveMaximum,
        int maximumPacketSize,
        Optional<Will> will) {
    private static final int MAX_16 = 0xFFFF;
    private static final long MAX_32 = 0xFFFF_FFFFL;

    public MqttOptions {
        require("session expiry", 0, MAX_32, sessionExpirySeconds);
        require("keep alive", 0, MAX_16, keepAliveSeconds);
        require("receive maximum", 1, MAX_16, receiveMaximum);
        require("maximum packet size", 1, PacketReader.MAX_REMAINING, maximumPacketSize);
    }

    /** A session that leaves nothing behind. */
    public static MqttOptions of(String clientId, int keepAliveSeconds, int receiveMaximum, int maximumPacketSize) {
        return new MqttOptions(
                clientId, true, 0, keepAliveSeconds, receiveMaximum, maximumPacketSize, Optional.empty());
    }

    /** The same with a last will. */
    public MqttOptions withWill(Will value) {
        return new MqttOptions(
                clientId,
                cleanStart,
                sessionExpirySeconds,
                keepAliveSeconds,
                receiveMaximum,
                maximumPacketSize,
                Optional.of(value));
    }

    /** The same, going on with what the server kept, which it keeps for {@code seconds} after the end. */
    public MqttOptions resuming(long seconds) {
        return new MqttOptions(clientId, false, seconds, keepAliveSeconds, receiveMaximum, maximumPacketSize, will);
    }

    private static void require(String what, long least, long most, long found) {
        if (found < least || found > most) {
            throw new IllegalArgumentException(
                    "expected a " + what + " from " + least + " to " + most + ", found " + found);
        }
    }

    /**
     * A last will, at QoS 1 and not retained.
     *
     * @param text its payload, UTF-8
     * @param delaySeconds after the end, 0 to 2^32 - 1
     */
    public record Will(String topic, String text, long delaySeconds) {
        public Will {
            require("will delay", 0, MAX_32, delaySeconds);
        }
    }
}
