package dev.muster.agent.transport.mqtt;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads what a server sends, strictly: whatever the standard forbids ends the connection. Only reason codes are taken as they are, for
 * new ones still say by their highest bit whether something failed. One thread.
 */
final class PacketReader {
    /** The longest packet behind its fixed header that MQTT knows (section 2.1.4). */
    static final int MAX_REMAINING = 268_435_455;

    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int PUBACK = 4;
    private static final int PINGRESP = 13;
    private static final int DISCONNECT = 14;
    private static final int SMALL = 512;

    private final InputStream in;
    private final int limit;
    private final byte[] small = new byte[SMALL];
    private final PacketBody body = new PacketBody();
    private final PropertyReader properties = new PropertyReader();

    /**
     * Reads from {@code in}.
     *
     * @param limit largest packet in bytes, fixed header included; a larger one is refused before memory is taken for it
     */
    PacketReader(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /**
     * Waits for the next packet.
     *
     * @throws EOFException if the connection ended
     * @throws MalformedPacketException if what came is against the standard
     */
    Packet next() throws IOException {
        int first = u8();
        int length = 0;
        int headerBytes = 1;
        int part;
        do {
            if (headerBytes > 4) {
                throw PacketBody.malformed("a remaining length of 4 bytes at most", "more");
            }
            part = u8();
            length |= (part & 0x7F) << (7 * (headerBytes - 1));
            headerBytes++;
        } while (part >= 0x80);
        if (part == 0 && headerBytes > 2) {
            throw PacketBody.malformed("a remaining length in the fewest bytes", "one more byte");
        }
        if (headerBytes + length > limit) {
            throw new MalformedPacketException(
                    ReasonCode.PACKET_TOO_LARGE,
                    "expected a packet of " + limit + " bytes at most, found " + (headerBytes + length));
        }
        byte[] bytes = length <= SMALL ? small : new byte[length];
        if (in.readNBytes(bytes, 0, length) < length) {
            throw new EOFException("the connection ended within a packet");
        }
        body.over(bytes, 0, length);
        return packet(first >> 4, first & 0x0F);
    }

    private int u8() throws IOException {
        int value = in.read();
        if (value < 0) {
            throw new EOFException("the connection ended");
        }
        return value;
    }

    private Packet packet(int type, int flags) throws MalformedPacketException {
        if (type != PUBLISH && flags != 0) {
            throw PacketBody.malformed("flags 0 of packet type " + type, String.valueOf(flags));
        }
        return switch (type) {
            case CONNACK -> connack();
            case PUBLISH -> publish(flags);
            case PUBACK -> puback();
            case PINGRESP -> {
                body.requireEnd();
                yield new Packet.Pingresp();
            }
            case DISCONNECT -> disconnect();
            default ->
                throw new MalformedPacketException(
                        ReasonCode.PROTOCOL_ERROR,
                        "expected a packet for a client that subscribes to nothing, found packet type " + type);
        };
    }

    private Packet connack() throws MalformedPacketException {
        int flags = body.u8();
        if (flags > 1) {
            throw PacketBody.malformed("flags 0 or 1 of CONNACK", String.valueOf(flags));
        }
        int reasonCode = body.u8();
        properties.read(body, PropertyReader.OF_CONNACK);
        body.requireEnd();
        return new Packet.Connack(
                flags == 1,
                reasonCode,
                (int) properties.number(PropertyReader.RECEIVE_MAXIMUM, 0xFFFF),
                (int) properties.number(PropertyReader.MAXIMUM_QOS, 2),
                properties.number(PropertyReader.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE),
                (int) properties.number(PropertyReader.TOPIC_ALIAS_MAXIMUM, 0),
                (int) properties.number(PropertyReader.SERVER_KEEP_ALIVE, -1));
    }

    private Packet publish(int flags) throws MalformedPacketException {
        int qos = flags >> 1 & 3;
        if (qos == 3 || (qos == 0 && (flags & 8) != 0)) {
            throw PacketBody.malformed("flags of a PUBLISH", String.valueOf(flags));
        }
        if (qos == 2) {
            throw new MalformedPacketException(ReasonCode.PROTOCOL_ERROR, "expected QoS 0 or 1, found 2");
        }
        String topic = body.text();
        int packetId = qos == 0 ? 0 : packetId();
        properties.read(body, PropertyReader.OF_PUBLISH);
        if (properties.has(PropertyReader.TOPIC_ALIAS)) {
            // We said that we take none (section 3.1.2.11.5).
            throw new MalformedPacketException(ReasonCode.TOPIC_ALIAS_INVALID, "expected no topic alias, found one");
        }
        if (topic.isEmpty() || topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
            throw PacketBody.malformed("the name of a topic", "`" + topic + "`");
        }
        return new Packet.Publish(packetId, topic, body.rest(), properties.trace());
    }

    private Packet puback() throws MalformedPacketException {
        int packetId = packetId();
        return new Packet.Puback(packetId, reasonCode(PropertyReader.OF_PUBACK));
    }

    private Packet disconnect() throws MalformedPacketException {
        return new Packet.Disconnect(reasonCode(PropertyReader.OF_DISCONNECT));
    }

    /** Reason code and properties, both of which may be left out. */
    private int reasonCode(long allowed) throws MalformedPacketException {
        if (body.remaining() == 0) {
            return ReasonCode.NORMAL;
        }
        int reasonCode = body.u8();
        if (body.remaining() > 0) {
            properties.read(body, allowed);
            body.requireEnd();
        }
        return reasonCode;
    }

    private int packetId() throws MalformedPacketException {
        int packetId = body.u16();
        if (packetId == 0) {
            throw new MalformedPacketException(
                    ReasonCode.PROTOCOL_ERROR, "expected a packet identifier from 1, found 0");
        }
        return packetId;
    }
}
