package dev.muster.agent.transport.mqtt;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Packets of a client, one behind the other in one buffer that is used again and again. One thread. */
final class PacketWriter {
    private static final int FIRST = 1024;
    private static final int KEPT = 8192;
    private static final int MAX_TEXT = 0xFFFF;

    private byte[] bytes = new byte[FIRST];
    private int length;

    int length() {
        return length;
    }

    /** Takes back what was written after the first {@code kept} bytes. */
    void cutTo(int kept) {
        length = kept;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
        out.flush();
        length = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[FIRST]; // one large report must not hold its memory for ever
        }
    }

    /** Section 3.1. */
    void connect(MqttOptions options) {
        int packet = begin(0x10);
        text("MQTT");
        u8(5);
        int flags = (options.cleanStart() ? 0x02 : 0) | (options.will().isPresent() ? 0x04 | 1 << 3 : 0);
        u8(flags);
        u16(options.keepAliveSeconds());
        int properties = length;
        if (options.sessionExpirySeconds() > 0) {
            u8(PropertyReader.SESSION_EXPIRY);
            u32(options.sessionExpirySeconds());
        }
        u8(PropertyReader.RECEIVE_MAXIMUM);
        u16(options.receiveMaximum());
        u8(PropertyReader.MAXIMUM_PACKET_SIZE);
        u32(options.maximumPacketSize());
        prependLength(properties);
        text(options.clientId());
        options.will().ifPresent(this::will);
        prependLength(packet);
    }

    private void will(MqttOptions.Will will) {
        int properties = length;
        if (will.delaySeconds() > 0) {
            u8(24);
            u32(will.delaySeconds());
        }
        prependLength(properties);
        text(will.topic());
        text(will.text());
    }

    /**
     * Section 3.3.
     *
     * @param packetId 0 for QoS 0
     * @param alias 0 for none
     * @param topic empty where the server knows it by {@code alias}
     */
    void publish(int packetId, int alias, String topic, Map<String, String> userProperties, byte[] payload) {
        int packet = begin(packetId == 0 ? 0x30 : 0x32);
        text(topic);
        if (packetId != 0) {
            u16(packetId);
        }
        int properties = length;
        if (alias != 0) {
            u8(PropertyReader.TOPIC_ALIAS);
            u16(alias);
        }
        userProperties.forEach((name, value) -> {
            u8(38);
            text(name);
            text(value);
        });
        prependLength(properties);
        append(payload);
        prependLength(packet);
    }

    /** Section 3.4; success needs no reason code. */
    void puback(int packetId) {
        int packet = begin(0x40);
        u16(packetId);
        prependLength(packet);
    }

    /** Section 3.12. */
    void pingreq() {
        prependLength(begin(0xC0));
    }

    /** Section 3.14. */
    void disconnect(int reasonCode) {
        int packet = begin(0xE0);
        if (reasonCode != ReasonCode.NORMAL) {
            u8(reasonCode);
        }
        prependLength(packet);
    }

    private int begin(int firstByte) {
        u8(firstByte);
        return length;
    }

    /** Puts the length of what was written since {@code start} before it. */
    private void prependLength(int start) {
        int count = length - start;
        int width = count < 1 << 7 ? 1 : count < 1 << 14 ? 2 : count < 1 << 21 ? 3 : 4;
        room(width);
        System.arraycopy(bytes, start, bytes, start + width, count);
        length += width;
        int rest = count;
        for (int i = 0; i < width; i++) {
            bytes[start + i] = (byte) ((rest & 0x7F) | (i < width - 1 ? 0x80 : 0));
            rest >>>= 7;
        }
    }

    private void u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    private void u16(int value) {
        u8(value >> 8);
        u8(value);
    }

    private void u32(long value) {
        u16((int) (value >> 16));
        u16((int) value);
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > MAX_TEXT) {
            throw new IllegalArgumentException(
                    "expected a text of " + MAX_TEXT + " bytes at most, found " + utf8.length);
        }
        u16(utf8.length);
        append(utf8);
    }

    private void append(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    private void room(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
        }
    }
}
