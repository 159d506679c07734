package dev.muster.telemetry.gateway;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.SessionClaim;
import dev.muster.protocol.trace.Traceparent;
import dev.muster.telemetry.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's one reading thread: device states, claims of all gateways, and what goes down. All three topics have one
 * partition, so that offsets order everything in them. Reads states and claims from their beginning, and goes on where
 * it was after a failure.
 */
final class TopicTails implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicTails.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long RETRY_MILLIS = 500;

    private final GatewayContext gateway;
    private final KafkaSettings kafka;
    private final TopicPartition states;
    private final TopicPartition claims;
    private final TopicPartition down;
    private final Map<TopicPartition, Long> positions = new HashMap<>(); // on the thread only
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private long beatNanos; // on the thread only
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private volatile String trouble = "device states are not read yet";

    TopicTails(GatewayContext gateway, KafkaSettings kafka) {
        this.gateway = gateway;
        this.kafka = kafka;
        this.states = new TopicPartition(gateway.topics().deviceState(), 0);
        this.claims = new TopicPartition(gateway.topics().sessions(), 0);
        this.down = new TopicPartition(gateway.topics().down(), 0);
        this.thread = new Thread(this::run, "gateway-tails");
        this.beatNanos = System.nanoTime() - gateway.limits().beat().toNanos();
    }

    void start() {
        thread.start();
    }

    /** Empty while it reads; else what keeps it from that. */
    String trouble() {
        return thread.isAlive() ? trouble : "the thread that reads topics has ended";
    }

    private void run() {
        try {
            do {
                try {
                    tail();
                } catch (WakeupException e) {
                    return; // close()
                } catch (KafkaException e) {
                    trouble = "cannot read topics: " + e.getMessage();
                    LOG.warn("reading again: {}", trouble);
                }
            } while (!closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tail() {
        Map<String, Object> properties = kafka.clientProperties();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "gateway-tails-" + gateway.instance());
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            current = consumer;
            if (closing.getCount() == 0) {
                return;
            }
            List<TopicPartition> all = List.of(states, claims, down);
            consumer.assign(all);
            // All before the first position(), which refuses while any partition has none.
            all.forEach(partition -> seek(consumer, partition));
            notePositions(consumer);
            Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(states, claims));
            while (closing.getCount() > 0) {
                poll(consumer);
                if (!gateway.directory().isLoaded() && hasReached(ends)) {
                    loaded();
                }
                beat();
                gateway.sessions().takeLost().forEach((key, epoch) -> gateway.handOff()
                        .submit(SessionTale.ended(gateway, key, epoch, "gateway lost")));
            }
        } finally {
            current = null;
        }
    }

    private void poll(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            consumer.poll(POLL).forEach(this::take);
        } catch (OffsetOutOfRangeException e) {
            LOG.warn("starting over: {}", e.getMessage());
            e.partitions().forEach(partition -> {
                positions.remove(partition);
                seek(consumer, partition);
            });
        }
        notePositions(consumer);
        if (gateway.directory().isLoaded()) {
            trouble = "";
        }
    }

    private void seek(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
        Long position = positions.get(partition);
        if (position != null) {
            consumer.seek(partition, position);
        } else if (partition.equals(down)) {
            consumer.seekToEnd(List.of(partition)); // sessions are not there yet that could want older ones
        } else {
            consumer.seekToBeginning(List.of(partition));
        }
    }

    private void notePositions(KafkaConsumer<byte[], byte[]> consumer) {
        for (TopicPartition partition : consumer.assignment()) {
            positions.put(partition, consumer.position(partition));
        }
    }

    private boolean hasReached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    private void beat() {
        long now = System.nanoTime();
        if (now - beatNanos >= gateway.limits().beat().toNanos()) {
            beatNanos = now;
            gateway.handOff().submit(List.of(SessionTale.beat(gateway)));
        }
    }

    /** From now on CONNECTs are served; sessions that an earlier life left behind are told to be over. */
    private void loaded() {
        gateway.sessions().markLoaded().forEach((key, epoch) -> gateway.handOff()
                .submit(SessionTale.ended(gateway, key, epoch, "gateway restarted")));
        gateway.directory().markLoaded();
        LOG.info(
                "gateway `{}` knows {} devices",
                gateway.instance(),
                gateway.directory().size());
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            gateway.meters().badRecords.increment();
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        String topic = record.topic();
        try {
            if (topic.equals(states.topic())) {
                takeState(key, record);
            } else if (topic.equals(claims.topic())) {
                takeClaim(key, record);
            } else {
                takeDown(key, record.value());
            }
        } catch (ProtocolException e) {
            gateway.meters().badRecords.increment();
            LOG.error("unreadable record at `{}` {}: {}", topic, record.offset(), e.getMessage());
        }
    }

    private void takeState(String key, ConsumerRecord<byte[], byte[]> record) {
        byte @Nullable [] value = record.value();
        Optional<DeviceState> known;
        try {
            known = gateway.directory().apply(key, value == null ? null : DeviceState.fromJson(value));
        } catch (ProtocolException e) {
            if (DeviceDirectory.isTenant(key)) {
                // Forgetting it would let its devices in: what was said of it before goes on.
                throw e;
            }
            // Fail closed: a device whose state cannot be read is unknown.
            known = gateway.directory().apply(key, null);
            gateway.meters().badRecords.increment();
            LOG.error("unreadable state of `{}`: {}", key, e.getMessage());
        }
        if (DeviceDirectory.isTenant(key)) {
            gateway.quotas().stated(key, known.flatMap(DeviceState::quota), System.nanoTime());
            known.filter(state -> state.status() != DeviceState.Status.ACTIVE)
                    .ifPresent(state -> gateway.sessions().ofTenant(key).forEach(DeviceConnection::cut));
            return;
        }
        Optional<DeviceConnection> owner = gateway.sessions().owner(key);
        if (owner.isEmpty()) {
            return;
        }
        if (gateway.directory().admits(key)) {
            known.ifPresent(state -> owner.get().stated(state, trace(record)));
        } else {
            owner.get().cut();
        }
    }

    private static @Nullable Traceparent trace(ConsumerRecord<byte[], byte[]> record) {
        Header sent = record.headers().lastHeader(Traceparent.NAME);
        return sent == null ? null : Traceparent.inHeader(sent.value()).orElse(null);
    }

    private void takeClaim(String key, ConsumerRecord<byte[], byte[]> record) {
        if (key.indexOf('/') < 0) {
            gateway.sessions().observeBeat(key);
        } else if (record.value() == null) {
            gateway.sessions().observeEnd(key);
        } else {
            gateway.sessions().observe(key, SessionClaim.fromJson(record.value()), record.offset());
        }
    }

    private void takeDown(String key, byte @Nullable [] value) {
        Optional<DeviceConnection> owner = gateway.sessions().owner(key);
        if (owner.isPresent() && value != null) {
            owner.get().deliver(DownMessage.fromJson(value));
        }
    }

    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        join(thread);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
