package dev.muster.telemetry.query;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.lifecycle.Health;
import dev.muster.telemetry.lifecycle.Meter;
import dev.muster.telemetry.lifecycle.Meters;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import dev.muster.telemetry.schema.ValueKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on what devices send as it passes through Kafka, for live pages. One consumer per process, whatever the number
 * of subscribers; it reads only while there is one. Nothing is replayed: a subscriber gets what comes after it came.
 */
public final class TelemetryTail implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(TelemetryTail.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long RETRY_MILLIS = 500;

    private final KafkaSettings kafka;
    private final Meters meters = new Meters("tail");
    private final LongAdder samples = meters.counter("samples");
    private final LongAdder failures = meters.counter("failures");
    private final Map<String, List<Listener>> listeners = new ConcurrentHashMap<>();
    private final Object change = new Object();
    private final Thread thread = new Thread(this::run, "telemetry-tail");
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private volatile String trouble = "";

    private TelemetryTail(KafkaSettings kafka) {
        this.kafka = kafka;
        meters.gauge(
                "subscriptions",
                () -> listeners.values().stream().mapToLong(List::size).sum());
    }

    /** Starts the one thread. */
    public static TelemetryTail start(KafkaSettings kafka) {
        TelemetryTail tail = new TelemetryTail(kafka);
        tail.thread.start();
        return tail;
    }

    /** Ends a subscription; closing twice does nothing. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private final class Listener implements Subscription {
        private final String key;
        private final Consumer<LiveSample> to;

        Listener(String key, Consumer<LiveSample> to) {
            this.key = key;
            this.to = to;
        }

        @Override
        public void close() {
            listeners.computeIfPresent(key, (device, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }

    /**
     * Calls {@code listener} for each sample of {@code device} from about now on, in the order of arrival, on the
     * tail's own thread: it must not wait. A listener that throws is unsubscribed.
     */
    public Subscription subscribe(DeviceRef device, Consumer<LiveSample> listener) {
        Listener added = new Listener(device.key(), listener);
        listeners.compute(device.key(), (key, all) -> {
            List<Listener> list = all == null ? new CopyOnWriteArrayList<>() : all;
            list.add(added);
            return list;
        });
        synchronized (change) {
            change.notifyAll();
        }
        return added;
    }

    private void run() {
        try {
            while (closing.getCount() > 0) {
                awaitListener();
                try {
                    tail();
                    trouble = "";
                } catch (WakeupException e) {
                    return; // close()
                } catch (KafkaException e) {
                    failures.increment();
                    trouble = "cannot read telemetry: " + e.getMessage();
                    LOG.warn("reading again: {}", trouble);
                    closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitListener() throws InterruptedException {
        synchronized (change) {
            while (closing.getCount() > 0 && listeners.isEmpty()) {
                change.wait();
            }
        }
    }

    /** Reads from the end until nobody listens any more. */
    private void tail() {
        Map<String, Object> properties = kafka.clientProperties();
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            current = consumer;
            List<TopicPartition> partitions = consumer
                    .partitionsFor(kafka.topics().telemetry())
                    .stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            while (closing.getCount() > 0 && !listeners.isEmpty()) {
                consumer.poll(POLL).forEach(this::hand);
                trouble = "";
            }
        } finally {
            current = null;
        }
    }

    private void hand(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null) {
            return;
        }
        List<Listener> interested = listeners.get(new String(record.key(), StandardCharsets.UTF_8));
        if (interested == null) {
            return;
        }
        try {
            TelemetryBatch batch = TelemetryBatch.parseFrom(record.value());
            for (Metric metric : batch.getMetricsList()) {
                LiveSample sample = new LiveSample(
                        metric.getName(), Instant.ofEpochMilli(metric.getAtMs()), ValueKind.plain(metric));
                interested.forEach(listener -> hand(listener, sample));
                samples.increment();
            }
        } catch (InvalidProtocolBufferException e) {
            failures.increment();
        }
    }

    private void hand(Listener listener, LiveSample sample) {
        try {
            listener.to.accept(sample);
        } catch (RuntimeException e) {
            LOG.warn("a listener failed and is unsubscribed: {}", e.toString());
            listener.close();
        }
    }

    @Override
    public Health health() {
        if (!thread.isAlive()) {
            return Health.notReady("tail is closed");
        }
        String now = trouble;
        return now.isEmpty() ? Health.READY : Health.notReady(now);
    }

    @Override
    public List<Meter> meters() {
        return meters.all();
    }

    @Override
    public void close() {
        closing.countDown();
        synchronized (change) {
            change.notifyAll();
        }
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
