package dev.muster.telemetry.bridge;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Acknowledges messages in the order in which they came (MQTT 5 section 4.6), each after all that became of it is on Kafka.
 * Thread-safe.
 *
 * <p>INVARIANT (ack after Kafka): a message one of whose records failed is never acknowledged, nor is one behind it of the same
 * connection: the broker sends them again.
 */
final class Acks {
    /** Sends the acknowledgement of a message on its connection. */
    @FunctionalInterface
    interface Sender {
        void ack(long connection, int packetId, int qos);
    }

    private final Sender sender;
    private final Deque<Entry> open = new ArrayDeque<>();
    private boolean draining;

    Acks(Sender sender) {
        this.sender = sender;
    }

    /** One message whose records are on their way. */
    final class Entry {
        private final long connection;
        private final int packetId;
        private final int qos;
        private int records;
        private boolean failed;

        private Entry(long connection, int packetId, int qos, int records) {
            this.connection = connection;
            this.packetId = packetId;
            this.qos = qos;
            this.records = records;
        }

        /** Kafka has one of its records. */
        void delivered() {
            settle(this, false);
        }

        /** Kafka will not have one of its records. */
        void failed() {
            settle(this, true);
        }
    }

    /** A message that became so many records; with none it is acknowledged when its turn comes. */
    Entry add(long connection, int packetId, int qos, int records) {
        Entry entry = new Entry(connection, packetId, qos, records);
        synchronized (this) {
            open.add(entry);
        }
        if (records == 0) {
            drain();
        }
        return entry;
    }

    private void settle(Entry entry, boolean failure) {
        synchronized (this) {
            entry.records--;
            entry.failed |= failure;
        }
        drain();
    }

    /** How many messages wait for Kafka, or for one before them. */
    synchronized int waiting() {
        return open.size();
    }

    // One thread at a time takes from the front, and sends outside of the lock: Paho has locks of its own.
    private void drain() {
        while (true) {
            Entry next;
            synchronized (this) {
                if (draining) {
                    return;
                }
                next = open.peek();
                if (next == null || next.records > 0) {
                    return;
                }
                open.poll();
                if (next.failed) {
                    long connection = next.connection;
                    open.forEach(entry -> entry.failed |= entry.connection == connection);
                    continue;
                }
                draining = true;
            }
            try {
                sender.ack(next.connection, next.packetId, next.qos);
            } finally {
                synchronized (this) {
                    draining = false;
                }
            }
        }
    }
}
