package dev.muster.agent.transport.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to the server: what waits, and what waits for its PUBACK, at most as many as the server takes (section 4.9).
 * Not thread-safe: the session's lock guards it, and futures are completed outside of it.
 */
final class Outgoing {
    /** What one write may bring together, in bytes. */
    private static final int BATCH = 8192;

    private static final int MAX_PACKET_ID = 0xFFFF;

    // More would only lie in the socket's buffers.
    private static final int MOST_IN_FLIGHT = 1024;

    private final Deque<Message> waiting = new ArrayDeque<>();
    private final Deque<Message> inFlight = new ArrayDeque<>();
    private final Map<String, Integer> aliases = new HashMap<>();
    private final long mostBytes;
    private long waitingBytes;
    private int quota;
    private long largest;
    private int mostAliases;
    private int lastPacketId;

    /**
     * Nothing may be sent yet.
     *
     * @param mostBytes how many bytes of payload may wait
     */
    Outgoing(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** One message, and who waits for it. */
    static final class Message {
        private final String topic;
        private final byte[] payload;
        private final Map<String, String> properties;
        private final boolean acknowledged;
        private final boolean repeated;
        private int packetId;

        final CompletableFuture<Integer> result = new CompletableFuture<>();

        /**
         * A message.
         *
         * @param acknowledged QoS 1, else 0
         * @param repeated whether more will follow on the same topic, so that an alias pays
         */
        Message(String topic, byte[] payload, Map<String, String> properties, boolean acknowledged, boolean repeated) {
            this.topic = topic;
            this.payload = payload;
            this.properties = properties;
            this.acknowledged = acknowledged;
            this.repeated = repeated;
        }
    }

    /** A message that will not be sent again: written at QoS 0, or refused before it was written. */
    record Settled(Message message, int reasonCode) {
        void tell() {
            message.result.complete(reasonCode);
        }
    }

    /** What the server takes. */
    void open(Packet.Connack answer) {
        quota = Math.min(answer.receiveMaximum(), MOST_IN_FLIGHT);
        largest = answer.maximumPacketSize();
        mostAliases = answer.topicAliasMaximum();
    }

    /** Whether there was room for it. */
    boolean offer(Message message) {
        if (waitingBytes + message.payload.length > mostBytes) {
            return false;
        }
        waiting.add(message);
        waitingBytes += message.payload.length;
        return true;
    }

    boolean canWrite() {
        Message next = waiting.peek();
        return next != null && (!next.acknowledged || inFlight.size() < quota);
    }

    /** Writes what may go out now, up to a batch; answers what is settled by that. */
    List<Settled> write(PacketWriter writer) {
        List<Settled> settled = List.of();
        while (canWrite() && writer.length() < BATCH) {
            Message message = waiting.remove();
            waitingBytes -= message.payload.length;
            int reasonCode = encode(message, writer);
            if (ReasonCode.isFailure(reasonCode) || !message.acknowledged) {
                settled = settled.isEmpty() ? new ArrayList<>() : settled;
                settled.add(new Settled(message, reasonCode));
            } else {
                inFlight.add(message);
            }
        }
        return settled;
    }

    private int encode(Message message, PacketWriter writer) {
        int before = writer.length();
        Integer known = aliases.get(message.topic);
        boolean fresh = known == null && message.repeated && aliases.size() < mostAliases;
        int alias = known != null ? known : fresh ? aliases.size() + 1 : 0;
        message.packetId = message.acknowledged ? freePacketId() : 0;
        try {
            writer.publish(
                    message.packetId, alias, known == null ? message.topic : "", message.properties, message.payload);
        } catch (IllegalArgumentException e) {
            writer.cutTo(before);
            return ReasonCode.PACKET_TOO_LARGE;
        }
        if (writer.length() - before > largest) {
            writer.cutTo(before);
            return ReasonCode.PACKET_TOO_LARGE;
        }
        if (fresh) {
            aliases.put(message.topic, alias);
        }
        return ReasonCode.NORMAL;
    }

    private int freePacketId() {
        do {
            lastPacketId = lastPacketId % MAX_PACKET_ID + 1;
        } while (inFlight.stream().anyMatch(message -> message.packetId == lastPacketId));
        return lastPacketId;
    }

    /** The message that {@code packetId} stands for, which is over now; {@code null} if there is none. */
    @Nullable Message acknowledged(int packetId) {
        Message oldest = inFlight.peek();
        if (oldest != null && oldest.packetId == packetId) { // servers keep the order (section 4.6)
            return inFlight.remove();
        }
        for (Message message : inFlight) {
            if (message.packetId == packetId) {
                inFlight.remove(message);
                return message;
            }
        }
        return null;
    }

    /** All that was neither acknowledged nor sent; nothing is left behind. */
    List<Message> drain() {
        List<Message> all = new ArrayList<>(inFlight);
        all.addAll(waiting);
        inFlight.clear();
        waiting.clear();
        waitingBytes = 0;
        return all;
    }
}
