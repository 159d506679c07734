package dev.muster.telemetry.gateway;

import dev.muster.telemetry.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way from event loops to Kafka. {@code KafkaProducer.send} may wait for metadata or memory, so only this
 * class's own thread calls it; event loops put lists into a queue and never wait. What is under way is counted in
 * bytes; above the limit {@link #isFull()} tells connections to stop reading, and they are woken below half of it.
 *
 * <p>INVARIANT (order): records never expire here ({@code delivery.timeout.ms} is endless). If one could, the next one
 * of the same device might arrive without it, and its repetition by the device would come too late.
 */
final class HandOff implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HandOff.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    /** What a record costs beside its payload: objects, headers, key. */
    private static final int OVERHEAD_BYTES = 200;

    /** One record on its way. */
    abstract static class Item {
        final ProducerRecord<byte[], byte @Nullable []> record;
        private final int bytes;

        Item(ProducerRecord<byte[], byte @Nullable []> record) {
            this.record = record;
            byte[] value = record.value();
            this.bytes = OVERHEAD_BYTES + (value == null ? 0 : value.length);
        }

        /** Whether sending it now would break the order of its device, because an earlier record failed. */
        abstract boolean isAbandoned();

        /** Kafka has it. On a Kafka thread: must not wait. */
        abstract void delivered();

        /** Kafka will not have it. On any thread: must not wait. */
        abstract void failed(Exception cause);
    }

    private final Producer<byte[], byte @Nullable []> producer;
    private final BlockingQueue<List<? extends Item>> queue = new LinkedBlockingQueue<>();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytesUnderWay = new AtomicLong();
    private final long limit;
    private final Thread thread;
    private volatile boolean closed;

    HandOff(KafkaSettings kafka, String instance, long limitBytes) {
        this.limit = limitBytes;
        Map<String, Object> properties = kafka.clientProperties();
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "gateway-" + instance);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(limitBytes, 8L * 1024 * 1024));
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        this.thread = new Thread(this::run, "gateway-to-kafka");
        thread.start();
    }

    /** Takes records over, in their order; never waits. */
    void submit(List<? extends Item> items) {
        if (!items.isEmpty()) {
            reserve(items);
            enqueue(items);
        }
    }

    /** Counts records that {@link #enqueue} will be given a moment later. */
    void reserve(List<? extends Item> items) {
        long bytes = 0;
        for (Item item : items) {
            bytes += item.bytes;
        }
        bytesUnderWay.addAndGet(bytes);
    }

    /** Takes records over that were counted. */
    void enqueue(List<? extends Item> items) {
        queue.add(items);
        if (closed) {
            refuseQueued();
        }
    }

    boolean isFull() {
        return bytesUnderWay.get() > limit;
    }

    long bytesUnderWay() {
        return bytesUnderWay.get();
    }

    /** Runs {@code resume} once, when there is room again; at once if there is room already. On any thread. */
    void whenRoom(Runnable resume) {
        waiting.add(resume);
        wakeIfRoom();
    }

    private void wakeIfRoom() {
        if (bytesUnderWay.get() <= limit / 2) {
            for (Runnable resume = waiting.poll(); resume != null; resume = waiting.poll()) {
                resume.run();
            }
        }
    }

    private void run() {
        try {
            while (!closed || !queue.isEmpty()) {
                List<? extends Item> items = queue.poll(100, TimeUnit.MILLISECONDS);
                if (items != null) {
                    items.forEach(this::send);
                }
            }
        } catch (InterruptedException e) {
            // Only close() interrupts, after it gave up waiting; what is left is refused there.
            Thread.currentThread().interrupt();
        }
    }

    // Whatever a send throws, the thread lives on: it serves every device.
    @SuppressWarnings("FutureReturnValueIgnored") // the callback gets the result
    private void send(Item item) {
        if (item.isAbandoned()) {
            finish(item, new IllegalStateException("an earlier record of the device failed"));
            return;
        }
        try {
            producer.send(item.record, (metadata, failure) -> finish(item, failure));
        } catch (RuntimeException e) {
            finish(item, e);
        }
    }

    private void finish(Item item, @Nullable Exception failure) {
        bytesUnderWay.addAndGet(-item.bytes);
        try {
            if (failure == null) {
                item.delivered();
            } else {
                item.failed(failure);
            }
        } catch (RuntimeException e) {
            LOG.error("cannot tell the outcome of a record", e);
        }
        wakeIfRoom();
    }

    private void refuseQueued() {
        for (List<? extends Item> items = queue.poll(); items != null; items = queue.poll()) {
            items.forEach(item -> finish(item, new IllegalStateException("the gateway is closing")));
        }
    }

    /** Sends what was submitted, waiting at most a few seconds for Kafka; the rest fails. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(CLOSE);
            // Also frees the thread if it waits inside send().
            producer.close(CLOSE);
            thread.interrupt();
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            producer.close(Duration.ZERO);
        }
        refuseQueued();
    }
}
