package dev.muster.telemetry.query;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.kafka.PollThread;
import dev.muster.telemetry.kafka.RecordKey;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on what devices send as it passes through Kafka, for live pages. One consumer per process, whatever the number
 * of subscribers; it reads only while there is one. Nothing is replayed: a subscriber gets what comes after it came.
 */
public final class TelemetryTail implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(TelemetryTail.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final KafkaSettings kafka;
    private final Meters meters = new Meters("tail");
    private final LongAdder samples = meters.counter("samples");
    private final LongAdder failures = meters.counter("failures");
    private final Map<String, List<Listener>> listeners = new ConcurrentHashMap<>();
    private final List<Wide> wide = new CopyOnWriteArrayList<>();
    private final Object change = new Object();
    private final PollThread thread;

    private TelemetryTail(KafkaSettings kafka) {
        this.kafka = kafka;
        meters.gauge(
                "subscriptions",
                () -> listeners.values().stream().mapToLong(List::size).sum() + wide.size());
        this.thread = new PollThread("tail", "", failures, PAUSE, PAUSE, new PollThread.Work() {
            @Override
            public void await() throws InterruptedException {
                awaitListener();
            }

            @Override
            public void read(PollThread reading) {
                tail(reading);
            }

            @Override
            public boolean mayPass(Exception failure) {
                return failure instanceof KafkaException;
            }
        });
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

    /** Hears of several devices; the device's key and the sample. */
    private final class Wide implements Subscription {
        private final Set<String> keys;
        private final BiConsumer<DeviceRef, LiveSample> to;

        Wide(Set<String> keys, BiConsumer<DeviceRef, LiveSample> to) {
            this.keys = keys;
            this.to = to;
        }

        @Override
        public void close() {
            wide.remove(this);
        }
    }

    /** As {@link #subscribe(DeviceRef, Consumer)} for several devices at once. */
    public Subscription subscribe(Collection<DeviceRef> devices, BiConsumer<DeviceRef, LiveSample> listener) {
        Wide added = new Wide(devices.stream().map(DeviceRef::key).collect(Collectors.toUnmodifiableSet()), listener);
        wide.add(added);
        synchronized (change) {
            change.notifyAll();
        }
        return added;
    }

    private boolean isDeaf() {
        return listeners.isEmpty() && wide.isEmpty();
    }

    private void awaitListener() throws InterruptedException {
        synchronized (change) {
            while (!thread.isClosing() && isDeaf()) {
                change.wait();
            }
        }
    }

    /** Reads from the end until nobody listens any more. */
    private void tail(PollThread reading) {
        Map<String, Object> properties = kafka.clientProperties();
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        try (KafkaConsumer<byte[], byte[]> consumer = reading.consumer(properties)) {
            List<TopicPartition> partitions = consumer
                    .partitionsFor(kafka.topics().telemetry())
                    .stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            while (!reading.isClosing() && !isDeaf()) {
                consumer.poll(PollThread.POLL).forEach(this::hand);
                reading.well();
            }
        }
    }

    private void hand(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        List<Listener> interested = listeners.getOrDefault(key, List.of());
        List<Wide> among =
                wide.stream().filter(listener -> listener.keys.contains(key)).toList();
        if (interested.isEmpty() && among.isEmpty()) {
            return;
        }
        try {
            TelemetryBatch batch = TelemetryBatch.parseFrom(record.value());
            if (!RecordKey.names(record.key(), batch.getTenant(), batch.getDevice())) {
                failures.increment();
                return;
            }
            DeviceRef device = DeviceRef.of(batch.getTenant(), batch.getDevice());
            for (Metric metric : batch.getMetricsList()) {
                LiveSample sample = new LiveSample(
                        metric.getName(), Instant.ofEpochMilli(metric.getAtMs()), ValueKind.plain(metric));
                interested.forEach(listener -> hand(listener, () -> listener.to.accept(sample)));
                among.forEach(listener -> hand(listener, () -> listener.to.accept(device, sample)));
                samples.increment();
            }
        } catch (InvalidProtocolBufferException e) {
            failures.increment();
        }
    }

    private static void hand(Subscription listener, Runnable handing) {
        try {
            handing.run();
        } catch (RuntimeException e) {
            LOG.warn("a listener failed and is unsubscribed: {}", e.toString());
            listener.close();
        }
    }

    @Override
    public Health health() {
        return thread.health();
    }

    @Override
    public List<Meter> meters() {
        return meters.all();
    }

    @Override
    public void close() {
        // The thread sees that it is closing before it is woken, or it would wait for a listener again.
        thread.closing();
        synchronized (change) {
            change.notifyAll();
        }
        thread.close();
    }
}
