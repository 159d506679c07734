package dev.muster.agent.transport.mqtt;

import java.util.Optional;

/**
 * Reads the properties of one packet (section 2.2.2): those the standard allows there, each once but for user properties. Keeps the
 * numbers, and of the texts the trace; all others are looked at and forgotten. One thread.
 */
final class PropertyReader {
    static final int SESSION_EXPIRY = 17;
    static final int SERVER_KEEP_ALIVE = 19;
    static final int RECEIVE_MAXIMUM = 33;
    static final int TOPIC_ALIAS_MAXIMUM = 34;
    static final int TOPIC_ALIAS = 35;
    static final int MAXIMUM_QOS = 36;
    static final int MAXIMUM_PACKET_SIZE = 39;

    static final long OF_CONNACK = set(17, 18, 19, 21, 22, 26, 28, 31, 33, 34, 36, 37, 38, 39, 40, 41, 42);
    static final long OF_PUBLISH = set(1, 2, 3, 8, 9, 11, 35, 38);
    static final long OF_PUBACK = set(31, 38);
    // A server names no session expiry there (section 3.14.2.2.2).
    static final long OF_DISCONNECT = set(28, 31, 38);

    /** By W3C Trace Context. */
    private static final String TRACE = "traceparent";

    private static final int USER_PROPERTY = 38;
    private static final int HIGHEST = 42;

    private final long[] numbers = new long[HIGHEST + 1];
    private long seen;
    private Optional<String> trace = Optional.empty();

    /** Reads them all, and must end where the packet says they do. */
    void read(PacketBody body, long allowed) throws MalformedPacketException {
        seen = 0;
        trace = Optional.empty();
        int length = body.variable();
        int after = body.remaining() - length;
        if (after < 0) {
            throw PacketBody.malformed(length + " bytes of properties", String.valueOf(body.remaining()));
        }
        while (body.remaining() > after) {
            one(body, allowed);
        }
        if (body.remaining() != after) {
            throw PacketBody.malformed("properties of " + length + " bytes", "longer ones");
        }
    }

    long number(int property, long otherwise) {
        return has(property) ? numbers[property] : otherwise;
    }

    /** The first user property {@code traceparent}, unread. */
    Optional<String> trace() {
        return trace;
    }

    boolean has(int property) {
        return (seen & 1L << property) != 0;
    }

    private void one(PacketBody body, long allowed) throws MalformedPacketException {
        int id = body.variable();
        if (id > HIGHEST || (allowed & 1L << id) == 0) {
            throw PacketBody.malformed("a property of this packet", "property " + id);
        }
        if (has(id) && id != USER_PROPERTY) {
            throw new MalformedPacketException(
                    ReasonCode.PROTOCOL_ERROR, "expected property " + id + " once, found it twice");
        }
        seen |= 1L << id;
        switch (id) {
            // Zero or one: payload format, maximum QoS, what is available.
            case 1, 36, 37, 40, 41, 42 -> numbers[id] = within(id, body.u8(), 0, 1);
            case 18, 3, 8, 21, 22, 9, 26, 28, 31 -> skip(id, body);
            case 2, 17 -> numbers[id] = body.u32();
            case 19, 34 -> numbers[id] = body.u16();
            case 33, 35 -> numbers[id] = within(id, body.u16(), 1, 0xFFFF);
            case 39 -> numbers[id] = within(id, body.u32(), 1, 0xFFFF_FFFFL);
            case 11 -> numbers[id] = within(id, body.variable(), 1, PacketReader.MAX_REMAINING);
            default -> {
                String name = body.text();
                String value = body.text();
                if (trace.isEmpty() && name.equals(TRACE)) {
                    trace = Optional.of(value);
                }
            }
        }
    }

    private static void skip(int id, PacketBody body) throws MalformedPacketException {
        if (id == 9 || id == 22) {
            body.skipBinary();
        } else {
            body.text();
        }
    }

    private static long within(int id, long value, long least, long most) throws MalformedPacketException {
        if (value < least || value > most) {
            throw new MalformedPacketException(
                    ReasonCode.PROTOCOL_ERROR,
                    "expected property " + id + " from " + least + " to " + most + ", found " + value);
        }
        return value;
    }

    private static long set(int... ids) {
        long bits = 0;
        for (int id : ids) {
            bits |= 1L << id;
        }
        return bits;
    }
}
