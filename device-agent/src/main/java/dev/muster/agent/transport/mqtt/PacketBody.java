package dev.muster.agent.transport.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Reads the fields of one packet behind its fixed header (section 1.5); never beyond its end. One thread. */
final class PacketBody {
    private static final int MAX_VARIABLE_BYTES = 4;

    // Reports what is not well-formed, surrogates and overlong forms too (section 1.5.4).
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private byte[] bytes = new byte[0];
    private int at;
    private int end;

    /** From here on the next {@code length} bytes from {@code offset} of {@code packet} are read. */
    void over(byte[] packet, int offset, int length) {
        bytes = packet;
        at = offset;
        end = offset + length;
    }

    int remaining() {
        return end - at;
    }

    int u8() throws MalformedPacketException {
        require(1);
        return bytes[at++] & 0xFF;
    }

    int u16() throws MalformedPacketException {
        return u8() << 8 | u8();
    }

    long u32() throws MalformedPacketException {
        return (long) u16() << 16 | u16();
    }

    /** A variable byte integer (section 1.5.5), in the fewest bytes. */
    int variable() throws MalformedPacketException {
        int value = 0;
        for (int i = 0; i < MAX_VARIABLE_BYTES; i++) {
            int part = u8();
            value |= (part & 0x7F) << (7 * i);
            if (part < 0x80) {
                if (part == 0 && i > 0) {
                    throw malformed("a variable byte integer in the fewest bytes", "one more byte");
                }
                return value;
            }
        }
        throw malformed("a variable byte integer of 4 bytes at most", "more");
    }

    String text() throws MalformedPacketException {
        int length = u16();
        require(length);
        for (int i = at; i < at + length; i++) {
            if (bytes[i] == 0) {
                throw malformed("text without U+0000", "one with it");
            }
        }
        try {
            String text = utf8.decode(ByteBuffer.wrap(bytes, at, length)).toString();
            at += length;
            return text;
        } catch (CharacterCodingException e) {
            throw malformed("well-formed UTF-8", "other bytes");
        }
    }

    void skipBinary() throws MalformedPacketException {
        int length = u16();
        require(length);
        at += length;
    }

    byte[] rest() {
        byte[] rest = new byte[remaining()];
        System.arraycopy(bytes, at, rest, 0, rest.length);
        at = end;
        return rest;
    }

    void requireEnd() throws MalformedPacketException {
        if (at != end) {
            throw malformed("the end of the packet", remaining() + " more bytes");
        }
    }

    private void require(int count) throws MalformedPacketException {
        if (end - at < count) {
            throw malformed(count + " more bytes", "the end of the packet after " + (end - at));
        }
    }

    static MalformedPacketException malformed(String expected, String found) {
        return new MalformedPacketException(ReasonCode.MALFORMED_PACKET, "expected " + expected + ", found " + found);
    }
}
