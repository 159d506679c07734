package dev.muster.telemetry.bridge;

import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.lifecycle.Health;
import dev.muster.telemetry.lifecycle.Meter;
import dev.muster.telemetry.lifecycle.Meters;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * All bridges of this process, and the one producer they share. A broker that is away makes the process no less ready: who looks after
 * the broker is told by the state of the bridge. Thread-safe.
 */
public final class BridgeHost implements Component {
    private static final int BUFFER_BYTES = 32 * 1024 * 1024;

    private final KafkaTopics topics;
    private final Dialer dialer;
    private final InstantSource clock;
    private final Producer<byte[], byte @Nullable []> producer;
    private final Map<String, Bridge> running = new ConcurrentHashMap<>();
    private final AtomicLong receivedBefore = new AtomicLong();
    private final AtomicLong valuesBefore = new AtomicLong();
    private final Meters meters = new Meters("bridge");

    private BridgeHost(KafkaSettings kafka, String instance, Dialer dialer, InstantSource clock) {
        this.topics = kafka.topics();
        this.dialer = dialer;
        this.clock = clock;
        Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "bridge-" + instance);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        // INVARIANT (order): as in the gateway, a record never expires here, or a later one might arrive without it.
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        meters.gauge("connections", running::size);
        meters.gauge("connected", () -> running.values().stream()
                .filter(bridge -> bridge.status().state() == BridgeStatus.State.CONNECTED)
                .count());
        meters.gauge("received", () -> receivedBefore.get() + sum(BridgeStatus::received));
        meters.gauge("values", () -> valuesBefore.get() + sum(BridgeStatus::values));
        meters.gauge(
                "waiting",
                () -> running.values().stream().mapToLong(Bridge::waiting).sum());
    }

    /** Without bridges. */
    public static BridgeHost start(KafkaSettings kafka, String instance, Dialer dialer, InstantSource clock) {
        return new BridgeHost(kafka, instance, dialer, clock);
    }

    /** Runs a bridge; one of the same key is stopped first. */
    public void run(BridgeConfig config, MessageReader reader, DeviceDoor door) {
        stop(config.key(), false);
        running.put(config.key(), Bridge.start(config, reader, door, dialer, producer, topics, clock));
    }

    /** Stops one, if it runs; with {@code forever} its broker keeps nothing for it. How it stood in the end. */
    public Optional<BridgeStatus> stop(String key, boolean forever) {
        Bridge bridge = running.get(key);
        if (bridge == null) {
            return Optional.empty();
        }
        bridge.close(forever);
        running.remove(key);
        BridgeStatus last = bridge.status();
        receivedBefore.addAndGet(last.received());
        valuesBefore.addAndGet(last.values());
        return Optional.of(last);
    }

    /** How one stands; empty if it does not run here. */
    public Optional<BridgeStatus> status(String key) {
        return Optional.ofNullable(running.get(key)).map(Bridge::status);
    }

    /** Keys of those that run here. */
    public List<String> keys() {
        return List.copyOf(running.keySet());
    }

    private long sum(ToLongFunction<BridgeStatus> number) {
        return running.values().stream()
                .mapToLong(bridge -> number.applyAsLong(bridge.status()))
                .sum();
    }

    @Override
    public Health health() {
        return Health.READY;
    }

    @Override
    public List<Meter> meters() {
        return meters.all();
    }

    @Override
    public void close() {
        keys().forEach(key -> stop(key, false));
        producer.close(java.time.Duration.ofSeconds(5));
    }
}
