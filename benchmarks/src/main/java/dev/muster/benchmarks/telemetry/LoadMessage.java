package dev.muster.benchmarks.telemetry;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Writes the packets of one device of the load: CONNECT, and telemetry of 200 bytes with three values, of which the first
 * counts the messages. Bytes are put together by hand, because the load must cost little beside what it measures.
 */
final class LoadMessage {
    static final String TENANT = "bench";
    /** Added to the count, so that all messages are of one length. */
    static final long COUNT_FROM = 10_000_000;

    static final int BYTES = 200;
    /** Enough for one message with all around it. */
    static final int PACKET_BYTES = 360;

    private static final int MAX_PACKET_ID = 65_535;
    private static final String HEAD = "{\"metrics\":[{\"name\":\"count\",\"at\":";
    private static final String COUNT = ",\"value\":";
    private static final String SECOND = "},{\"name\":\"motor.temperature\",\"at\":";
    private static final String THIRD = ",\"value\":61.25},{\"name\":\"";
    private static final String THIRD_AT = "\",\"at\":";
    private static final String END = ",\"value\":0.8125}]}";
    private static final int MILLIS_DIGITS = 13;
    private static final int COUNT_DIGITS = 8;

    private final DeviceRef device;
    private final byte[] topic;
    private final byte[] boot;
    private final byte[] head = ascii(HEAD);
    private final byte[] count = ascii(COUNT);
    private final byte[] second = ascii(SECOND);
    private final byte[] third;
    private final byte[] end = ascii(END);

    LoadMessage(int index, long boot) {
        this.device = device(index);
        this.topic = ascii(new MqttTopic.Telemetry(MqttTopic.Format.JSON).of(device));
        this.boot = ascii(Long.toString(boot));
        int rest = BYTES
                - (HEAD.length() + COUNT.length() + SECOND.length() + THIRD.length() + THIRD_AT.length() + END.length())
                - 3 * MILLIS_DIGITS
                - COUNT_DIGITS;
        this.third = ascii(THIRD + "spindle.load.mean.of.the.last.ten.seconds".substring(0, rest) + THIRD_AT);
    }

    static DeviceRef device(int index) {
        return DeviceRef.of(TENANT, "d" + index);
    }

    /** The device's number in its Kafka key or in its topic. */
    static int index(byte[] key) {
        int at = 0;
        while (key[at] != '/' || key[at + 1] != 'd' || key[at + 2] < '0' || key[at + 2] > '9') {
            at++;
        }
        int index = 0;
        for (at += 2; at < key.length && key[at] != '/'; at++) {
            index = index * 10 + key[at] - '0';
        }
        return index;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void connect(ByteBuf out, int keepAliveSeconds) {
        byte[] client = ascii(device.key());
        out.writeByte(0x10).writeByte(6 + 1 + 1 + 2 + 1 + 2 + client.length);
        out.writeShort(4).writeBytes(ascii("MQTT")).writeByte(5).writeByte(2).writeShort(keepAliveSeconds);
        out.writeByte(0).writeShort(client.length).writeBytes(client);
    }

    static int packetId(long seq) {
        return (int) ((seq - 1) % MAX_PACKET_ID) + 1;
    }

    void publish(ByteBuf out, long seq, long atMillis) {
        int digits = digits(seq);
        int properties = 1 + 2 + 4 + 2 + boot.length + 1 + 2 + 3 + 2 + digits;
        int remaining = 2 + topic.length + 2 + 1 + properties + BYTES;
        out.writeByte(0x32).writeByte((remaining & 0x7F) | 0x80).writeByte(remaining >> 7);
        out.writeShort(topic.length).writeBytes(topic).writeShort(packetId(seq)).writeByte(properties);
        out.writeByte(0x26).writeShort(4).writeInt('b' << 24 | 'o' << 16 | 'o' << 8 | 't');
        out.writeShort(boot.length).writeBytes(boot);
        out.writeByte(0x26)
                .writeShort(3)
                .writeMedium('s' << 16 | 'e' << 8 | 'q')
                .writeShort(digits);
        number(out, seq, digits);
        out.writeBytes(head);
        number(out, atMillis, MILLIS_DIGITS);
        out.writeBytes(count);
        number(out, COUNT_FROM + seq, COUNT_DIGITS);
        out.writeBytes(second);
        number(out, atMillis, MILLIS_DIGITS);
        out.writeBytes(third);
        number(out, atMillis, MILLIS_DIGITS);
        out.writeBytes(end);
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static void number(ByteBuf out, long number, int digits) {
        int at = out.writerIndex();
        out.writeZero(digits);
        long rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            out.setByte(at + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }
}
