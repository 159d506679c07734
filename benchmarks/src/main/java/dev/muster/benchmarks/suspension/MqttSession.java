package dev.muster.benchmarks.suspension;

import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.Tls;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.mqtt.MqttTopic;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;

/** One device's session with a gateway: MQTT 5 by hand, a thread that reads; sends telemetry when told. Notes when it was cut. */
final class MqttSession implements AutoCloseable {
    private static final int CONNACK = 2;
    private static final int PUBACK = 4;
    private static final int DISCONNECT = 14;
    private static final int USER_PROPERTY = 0x26;
    private static final int TIMEOUT_MS = 60_000;

    private final DeviceIdentity identity;
    private final SSLSocket socket;
    private final DataOutputStream out;
    private final DataInputStream in;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicLong acknowledged = new AtomicLong();
    private volatile long endedAt;
    private int sequence;

    private MqttSession(DeviceIdentity identity, SSLSocket socket) throws IOException {
        this.identity = identity;
        this.socket = socket;
        this.out = new DataOutputStream(socket.getOutputStream());
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Connects; an exception where the gateway does not let the device in. */
    static MqttSession open(DeviceIdentity identity, int port) throws IOException, GeneralSecurityException {
        SSLSocket socket = (SSLSocket) Tls.mutual(identity)
                .getSocketFactory()
                .createSocket(identity.server().getHost(), port);
        try {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            MqttSession session = new MqttSession(identity, socket);
            session.connect();
            return session;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void connect() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(body);
        text(data, "MQTT");
        data.writeByte(5);
        data.writeByte(0x02); // clean start
        data.writeShort(300); // keep alive, in seconds
        data.writeByte(0); // no properties
        text(data, identity.ref().device().value());
        send(0x10, body.toByteArray());
        int type = in.readUnsignedByte() >>> 4;
        byte[] answer = in.readNBytes(length());
        if (type != CONNACK || answer.length < 2 || answer[1] != 0) {
            throw new IOException("expected that `" + identity.ref() + "` is let in, found packet " + type
                    + (answer.length < 2 ? "" : " with reason " + (answer[1] & 0xFF)));
        }
        Thread.ofVirtual().start(this::read);
    }

    /** Sends one record; false if the session is over. */
    synchronized boolean publish() {
        try {
            ByteArrayOutputStream properties = new ByteArrayOutputStream();
            DataOutputStream pairs = new DataOutputStream(properties);
            for (Map.Entry<String, String> pair : Map.of(
                            MqttTopic.PROPERTY_BOOT, "1", MqttTopic.PROPERTY_SEQ, Integer.toString(++sequence))
                    .entrySet()) {
                pairs.writeByte(USER_PROPERTY);
                text(pairs, pair.getKey());
                text(pairs, pair.getValue());
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            DataOutputStream data = new DataOutputStream(body);
            text(data, new MqttTopic.Telemetry(MqttTopic.Format.JSON).of(identity.ref()));
            data.writeShort(sequence % 65_535 + 1);
            data.write(variable(properties.size()));
            data.write(properties.toByteArray());
            data.write(JsonObject.write(Map.of(
                    "metrics",
                    List.of(Map.of(
                            "name", "bench", "at", java.time.Clock.systemUTC().millis(), "value", sequence)))));
            send(0x32, body.toByteArray());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** When the session was cut, by the monotonic clock; empty if it is not by then. */
    OptionalLong ended(long timeoutMillis) throws InterruptedException {
        return ended.await(timeoutMillis, TimeUnit.MILLISECONDS) ? OptionalLong.of(endedAt) : OptionalLong.empty();
    }

    /** Whether it was cut by now. */
    boolean isOver() {
        return ended.getCount() == 0;
    }

    /** How many records the gateway acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    private void read() {
        try {
            for (; ; ) {
                int type = in.readUnsignedByte() >>> 4;
                in.skipNBytes(length());
                if (type == PUBACK) {
                    acknowledged.incrementAndGet();
                } else if (type == DISCONNECT) {
                    break;
                }
            }
        } catch (IOException e) {
            // Cut without a word, which is an end too.
        }
        endedAt = System.nanoTime();
        ended.countDown();
    }

    private int length() throws IOException {
        int length = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = in.readUnsignedByte();
            length |= (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                return length;
            }
        }
        throw new EOFException("expected a length of at most four bytes");
    }

    private void send(int header, byte[] body) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(header);
        packet.writeBytes(variable(body.length));
        packet.writeBytes(body);
        out.write(packet.toByteArray());
        out.flush();
    }

    private static byte[] variable(int length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int rest = length;
        do {
            bytes.write(rest > 0x7F ? (rest & 0x7F) | 0x80 : rest);
            rest >>>= 7;
        } while (rest > 0);
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream data, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        data.writeShort(bytes.length);
        data.write(bytes);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
