package dev.muster.telemetry.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The QoS 1 messages of one connection that Kafka does not have yet, in the order they came. PUBACKs leave in that
 * order (MQTT 5, 4.6), whichever topic and partition a message went to. On the event loop, except for what an
 * {@link HandOff.Item} is told.
 */
final class PublishWindow {
    private static final byte PUBACK = 0x40;
    private static final int PUBACK_BYTES = 5;

    private final LoopWork loop;
    private final DeviceConnection owner;
    private final ArrayDeque<Slot> waiting = new ArrayDeque<>(0);
    private final AtomicBoolean announced = new AtomicBoolean();
    private volatile boolean broken;
    private boolean reasons = true;

    PublishWindow(LoopWork loop, DeviceConnection owner) {
        this.loop = loop;
        this.owner = owner;
    }

    /** The place of one message in the order. */
    private static final class Slot {
        private final int packetId;
        private final byte reason;
        private final long sinceNanos;
        private volatile boolean done;

        Slot(int packetId, byte reason, long sinceNanos) {
            this.packetId = packetId;
            this.reason = reason;
            this.sinceNanos = sinceNanos;
        }
    }

    /** One message of the device on its way to Kafka. */
    private final class Message extends HandOff.Item {
        private final @Nullable Slot slot;

        Message(ProducerRecord<byte[], byte @Nullable []> record, @Nullable Slot slot) {
            super(record);
            this.slot = slot;
        }

        @Override
        boolean isAbandoned() {
            return broken;
        }

        @Override
        void delivered() {
            if (slot != null) {
                slot.done = true;
                if (announced.compareAndSet(false, true)) {
                    loop.acknowledged(owner);
                }
            }
        }

        @Override
        void failed(Exception cause) {
            broken = true;
            owner.kafkaFailed(cause);
        }
    }

    /** A message at QoS 0 ({@code packetId} 0) or 1, to be acknowledged with {@code reason} once Kafka has it. */
    HandOff.Item add(ProducerRecord<byte[], byte @Nullable []> record, int packetId, byte reason, long nowNanos) {
        if (packetId == 0) {
            return new Message(record, null);
        }
        Slot slot = new Slot(packetId, reason, nowNanos);
        waiting.add(slot);
        return new Message(record, slot);
    }

    /** A message that goes nowhere: it is answered with {@code reason} when its turn comes. */
    void refuse(int packetId, byte reason, long nowNanos) {
        Slot slot = new Slot(packetId, reason, nowNanos);
        slot.done = true;
        waiting.add(slot);
    }

    /** The device speaks MQTT 3.1.1, whose PUBACK says no more than that it came. */
    void withoutReasons() {
        reasons = false;
    }

    int size() {
        return waiting.size();
    }

    /** Whether an answer may go now. */
    boolean hasAnswers() {
        Slot head = waiting.peek();
        return head != null && head.done;
    }

    /** How long the oldest message waits for Kafka; 0 if none does. */
    long oldestNanos(long nowNanos) {
        Slot head = waiting.peek();
        return head == null ? 0 : nowNanos - head.sinceNanos;
    }

    /** PUBACKs that may go now, as they go on the wire; {@code null} if none may. */
    @Nullable ByteBuf takeAcknowledgements(ByteBufAllocator allocator, GatewayMeters meters) {
        // Before looking: what is done afterwards announces itself again.
        announced.set(false);
        ByteBuf out = null;
        int count = 0;
        for (Slot head = waiting.peek(); head != null && head.done; head = waiting.peek()) {
            if (out == null) {
                out = allocator.buffer(PUBACK_BYTES * waiting.size());
            }
            waiting.remove();
            out.writeByte(PUBACK);
            if (head.reason == 0 || !reasons) {
                out.writeByte(2).writeShort(head.packetId);
            } else {
                out.writeByte(3).writeShort(head.packetId).writeByte(head.reason);
            }
            count++;
        }
        meters.acks.add(count);
        return out;
    }
}
