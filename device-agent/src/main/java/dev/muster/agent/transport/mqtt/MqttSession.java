package dev.muster.agent.transport.mqtt;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection with a server, from the TCP handshake to its end; never used again. Two threads of its own: one that connects, writes and
 * keeps alive, and from CONNACK on one that reads. Both sleep while nothing happens. Thread-safe.
 */
public final class MqttSession implements AutoCloseable {
    private static final int CONNECT_MS = 20_000;
    private static final int CLOSE_MS = 1_000;
    private static final long MOST_WAITING_BYTES = 4L << 20;

    // Mosquitto 2.0.11 sends some more than it may on a busy machine. What is bounded is our memory: of each a number
    // is kept until it is
    // acknowledged, and nothing else.
    private static final int BORNE = 256;

    private final String server;
    private final SSLSocketFactory tls;
    private final MqttOptions options;
    private final Listener listener;
    private final Thread writing;
    private final Thread reading;
    private final Socket wire = new Socket();
    private final PacketWriter writer = new PacketWriter();

    // Guarded by this.
    private final Outgoing outgoing = new Outgoing(MOST_WAITING_BYTES);
    private final int[] acks;
    private int ackCount;
    private boolean open;
    private @Nullable End end;
    private long heardNanos;

    // Of the writing thread alone.
    private long wroteNanos;

    // Written before the reading thread starts.
    private long keepAliveNanos;
    private @Nullable PacketReader reader;

    /** Called by the session's own threads; must return at once. */
    public interface Listener {
        /** The server accepted; messages come after this. */
        void opened();

        /** A message, acknowledged when this returns; with the trace that its sender named. */
        void message(String topic, byte[] payload, Optional<String> trace);

        /** Over; called once, whether or not it was ever open. */
        void ended(End end);
    }

    /**
     * Why a session ended.
     *
     * @param reasonCode as the server told it, in CONNACK or DISCONNECT; negative where it did not
     * @param farewell what we tell the server; negative where it is not to be told, or cannot be
     */
    public record End(int reasonCode, int farewell, String why) {
        static End lost(String why) {
            return new End(-1, -1, why);
        }
    }

    /**
     * Prepares a session.
     *
     * @param server {@code host:port}; what is wrong with it is told as the session's end
     */
    public MqttSession(String server, SSLSocketFactory tls, MqttOptions options, Listener listener) {
        this.server = server;
        this.tls = tls;
        this.options = options;
        this.listener = listener;
        this.acks = new int[options.receiveMaximum() + BORNE];
        this.writing = thread(this::live, "mqtt-" + options.clientId());
        this.reading = thread(this::read, "mqtt-in-" + options.clientId());
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Begins to connect. */
    public void start() {
        writing.start();
    }

    public synchronized boolean isOpen() {
        return open && end == null;
    }

    /**
     * Sends a message.
     *
     * @param acknowledged QoS 1, else 0
     * @param repeated whether more will follow on the same topic
     * @return the reason code of PUBACK, 0 for what was written at QoS 0, 0x95 for what is larger than the server takes; fails with
     *     {@link IOException} if the session ended before, or too much waits
     */
    public CompletableFuture<Integer> publish(
            String topic, byte[] payload, Map<String, String> properties, boolean acknowledged, boolean repeated) {
        Outgoing.Message message = new Outgoing.Message(topic, payload, properties, acknowledged, repeated);
        synchronized (this) {
            if (open && end == null) {
                if (outgoing.offer(message)) {
                    notifyAll();
                    return message.result;
                }
                message.result.completeExceptionally(
                        new IOException("more than " + MOST_WAITING_BYTES + " bytes wait for the gateway"));
                return message.result;
            }
        }
        message.result.completeExceptionally(new IOException("there is no session with the gateway"));
        return message.result;
    }

    /** Sends DISCONNECT if there is time, and ends. Returns when the threads are done, or after two seconds. */
    @Override
    public void close() {
        boolean wasOpen;
        synchronized (this) {
            wasOpen = open;
            stop(new End(-1, ReasonCode.NORMAL, "closed"));
        }
        if (wasOpen) {
            join(writing, 2 * CLOSE_MS);
        }
        hangUp();
    }

    /** The first reason counts. */
    private synchronized void stop(End why) {
        if (end == null) {
            end = why;
            notifyAll();
        }
    }

    private synchronized @Nullable End end() {
        return end;
    }

    private static void join(Thread other, long millis) {
        Thread own = Thread.currentThread();
        if (!own.equals(other)) {
            try {
                other.join(millis);
            } catch (InterruptedException e) {
                own.interrupt();
            }
        }
    }

    private void hangUp() {
        try {
            // The TCP socket itself: closing TLS would wait for a write that hangs.
            wire.close();
        } catch (IOException e) {
            // It is closed, however well.
        }
    }

    // ---- the writing thread

    private void live() {
        try {
            OutputStream out = connect();
            listener.opened();
            reading.start();
            write(out);
        } catch (IOException | RuntimeException e) {
            stop(End.lost(isReady() ? "connection lost: " + e.getMessage() : "cannot connect: " + e.getMessage()));
        } finally {
            hangUp();
            finish();
        }
    }

    private synchronized boolean isReady() {
        return open;
    }

    private OutputStream connect() throws IOException {
        int colon = server.lastIndexOf(':');
        String host = colon < 0 ? server : server.substring(0, colon);
        wire.setTcpNoDelay(true);
        wire.setSoTimeout(CONNECT_MS);
        wire.connect(new InetSocketAddress(bare(host), port(server, colon)), CONNECT_MS);
        SSLSocket socket = (SSLSocket) tls.createSocket(wire, bare(host), wire.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate must name the host
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        OutputStream out = socket.getOutputStream();
        writer.connect(options);
        writer.writeTo(out);
        PacketReader answers = new PacketReader(socket.getInputStream(), options.maximumPacketSize());
        accept(answers.next());
        reader = answers;
        return out;
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(String server, int colon) throws IOException {
        try {
            int port = Integer.parseInt(server.substring(colon + 1));
            if (colon > 0 && port > 0 && port <= 0xFFFF) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IOException("expected a gateway `host:port`, found `" + server + "`");
    }

    private void accept(Packet first) throws IOException {
        if (!(first instanceof Packet.Connack answer)) {
            throw new IOException("expected CONNACK, found another packet");
        }
        if (ReasonCode.isFailure(answer.reasonCode())) {
            String why = "the gateway refused, " + ReasonCode.text(answer.reasonCode());
            stop(new End(answer.reasonCode(), -1, why));
            throw new IOException(why);
        }
        if (answer.maximumQos() < 1) {
            throw new IOException("expected a server that takes QoS 1, found one that takes 0 only");
        }
        if (answer.sessionPresent() && options.cleanStart()) {
            throw new IOException("expected a new session, found an old one");
        }
        int seconds = answer.keepAliveSeconds() >= 0 ? answer.keepAliveSeconds() : options.keepAliveSeconds();
        keepAliveNanos = TimeUnit.SECONDS.toNanos(seconds);
        wroteNanos = System.nanoTime();
        // As long as the server waits for us (section 3.1.2.10): PINGREQ makes sure that there is something to hear.
        wire.setSoTimeout((int) TimeUnit.NANOSECONDS.toMillis(keepAliveNanos * 3 / 2));
        synchronized (this) {
            heardNanos = wroteNanos;
            outgoing.open(answer);
            open = true;
        }
    }

    private void write(OutputStream out) throws IOException {
        while (true) {
            List<Outgoing.Settled> settled;
            End last;
            synchronized (this) {
                awaitWork();
                last = end;
                settled = last == null ? outgoing.write(writer) : List.of();
                acknowledge();
                if (last == null && pingIsDue()) {
                    writer.pingreq();
                    heardNanos = System.nanoTime(); // one at a time
                } else if (last != null && last.farewell() >= 0) {
                    writer.disconnect(last.farewell());
                }
            }
            if (writer.length() > 0) {
                writer.writeTo(out);
                wroteNanos = System.nanoTime();
            }
            settled.forEach(Outgoing.Settled::tell);
            if (last != null) {
                sayGoodbye(last);
                return;
            }
        }
    }

    private void awaitWork() throws IOException {
        try {
            while (end == null && ackCount == 0 && !outgoing.canWrite() && !pingIsDue()) {
                if (keepAliveNanos == 0) {
                    wait();
                } else {
                    TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, quietUntil() - System.nanoTime()));
                }
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private boolean pingIsDue() {
        return keepAliveNanos > 0 && quietUntil() - System.nanoTime() <= 0;
    }

    /** A keep-alive after we last wrote, or after we last heard: the one is for the server, the other for us. */
    private long quietUntil() {
        return Math.min(wroteNanos - heardNanos, 0) + heardNanos + keepAliveNanos;
    }

    private void acknowledge() {
        for (int i = 0; i < ackCount; i++) {
            writer.puback(acks[i]);
        }
        ackCount = 0;
    }

    private void sayGoodbye(End last) throws IOException {
        if (last.farewell() < 0) {
            return;
        }
        // Closed at once, what is still on its way to us would make the kernel reset the connection, and the server
        // might
        // never read the DISCONNECT.
        wire.shutdownOutput();
        if (last.farewell() == ReasonCode.NORMAL) {
            join(reading, CLOSE_MS);
        }
    }

    private void finish() {
        stop(End.lost("connection lost"));
        List<Outgoing.Message> left;
        End told;
        synchronized (this) {
            left = outgoing.drain();
            told = Objects.requireNonNull(end);
        }
        if (!left.isEmpty()) {
            IOException cause = new IOException("not acknowledged: " + told.why());
            left.forEach(message -> message.result.completeExceptionally(cause));
        }
        listener.ended(told);
    }

    // ---- the reading thread

    // While we say goodbye it reads on, up to the end of the stream.
    private void read() {
        PacketReader packets = Objects.requireNonNull(reader);
        try {
            while (true) {
                Packet packet = packets.next();
                End last = end();
                if (last == null) {
                    received(packet);
                } else if (last.farewell() != ReasonCode.NORMAL) {
                    return;
                }
            }
        } catch (MalformedPacketException e) {
            stop(new End(-1, e.reasonCode(), "the gateway sent what cannot be: " + e.getMessage()));
            join(writing, CLOSE_MS); // it says goodbye, unless its write hangs
        } catch (SocketTimeoutException e) {
            stop(End.lost("nothing heard from the gateway for " + silence().toSeconds() + " s"));
        } catch (IOException | RuntimeException e) {
            stop(End.lost("connection lost: " + e.getMessage()));
        } finally {
            stop(End.lost("nobody reads any more"));
            if (Objects.requireNonNull(end()).farewell() != ReasonCode.NORMAL) {
                hangUp(); // ends a write that hangs
            }
        }
    }

    private Duration silence() {
        return Duration.ofNanos(keepAliveNanos * 3 / 2);
    }

    private void received(Packet packet) throws MalformedPacketException {
        synchronized (this) {
            heardNanos = System.nanoTime();
        }
        switch (packet) {
            case Packet.Publish publish -> {
                listener.message(publish.topic(), publish.payload(), publish.trace());
                if (publish.packetId() != 0) {
                    owe(publish.packetId());
                }
            }
            case Packet.Puback puback -> {
                Outgoing.Message message;
                synchronized (this) {
                    message = outgoing.acknowledged(puback.packetId());
                    notifyAll();
                }
                if (message == null) {
                    throw new MalformedPacketException(
                            ReasonCode.PROTOCOL_ERROR,
                            "expected PUBACK of a message that was sent, found " + puback.packetId());
                }
                message.result.complete(puback.reasonCode());
            }
            case Packet.Pingresp pingresp -> {}
            case Packet.Disconnect disconnect ->
                stop(new End(
                        disconnect.reasonCode(),
                        -1,
                        "the gateway ended the session, " + ReasonCode.text(disconnect.reasonCode())));
            case Packet.Connack connack ->
                throw new MalformedPacketException(ReasonCode.PROTOCOL_ERROR, "expected one CONNACK, found another");
        }
    }

    private synchronized void owe(int packetId) throws MalformedPacketException {
        if (ackCount == acks.length) {
            throw new MalformedPacketException(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    "expected " + options.receiveMaximum() + " unacknowledged messages at most, found more than "
                            + acks.length);
        }
        acks[ackCount++] = packetId;
        notifyAll();
    }
}
