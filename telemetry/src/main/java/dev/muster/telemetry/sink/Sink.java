package dev.muster.telemetry.sink;

import dev.muster.telemetry.kafka.PollThread;
import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.lifecycle.Health;
import dev.muster.telemetry.lifecycle.Meter;
import dev.muster.telemetry.lifecycle.Meters;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running sink: Kafka to PostgreSQL, each record's effect exactly once. One thread, one connection. The offsets live
 * beside the rows; Kafka only divides the partitions among sinks. After any failure it begins anew from what the
 * database says.
 */
public final class Sink implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(Sink.class);
    private static final Duration HOUSEKEEPING = Duration.ofHours(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final SinkConfig config;
    private final String telemetry;
    private final List<String> topics;
    private final Meters meters = new Meters("sink");
    private final LongAdder transactions = meters.counter("transactions");
    private final LongAdder rows = meters.counter("rows");
    private final LongAdder windows = meters.counter("windows");
    private final LongAdder duplicates = meters.counter("duplicates");
    private final LongAdder expired = meters.counter("expired");
    private final LongAdder unreadable = meters.counter("unreadable");
    private final LongAdder failures = meters.counter("failures");
    private final Map<TopicPartition, Long> next = new HashMap<>(); // on the thread only
    private final PollThread thread;
    private Instant cleaned = Instant.MIN; // on the thread only

    private Sink(SinkConfig config) {
        this.config = config;
        this.telemetry = config.kafka().topics().telemetry();
        this.topics = List.of(
                telemetry,
                config.kafka().topics().rollups(),
                config.kafka().topics().hourlyRollups());
        this.thread = new PollThread(
                "sink", "sink has no partitions yet", failures, FIRST_PAUSE, LONGEST_PAUSE, new PollThread.Work() {
                    @Override
                    public void read(PollThread reading) throws SQLException {
                        work(reading);
                    }

                    @Override
                    public boolean mayPass(Exception failure) {
                        return failure instanceof SQLException
                                || failure instanceof KafkaException
                                || failure instanceof SinkFencedException;
                    }
                });
    }

    /** Starts the thread; ready once {@link #health()} says so. Schema and topics must exist. */
    public static Sink start(SinkConfig config) {
        Sink sink = new Sink(config);
        sink.thread.start();
        return sink;
    }

    private void work(PollThread reading) throws SQLException {
        try (SinkStore store = new SinkStore(config);
                KafkaConsumer<byte[], byte[]> consumer = reading.consumer(consumerProperties())) {
            next.clear();
            consumer.subscribe(topics, new Positions(store, consumer));
            while (!reading.isClosing()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(PollThread.POLL);
                if (!records.isEmpty()) {
                    store(store, records);
                }
                if (!next.isEmpty()) {
                    reading.well();
                }
                clean(store);
            }
        }
    }

    private Map<String, Object> consumerProperties() {
        Map<String, Object> properties = config.kafka().clientProperties();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, config.kafka().topicPrefix() + "telemetry-sink");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        // A killed instance is missed for ten seconds, not for Kafka's forty-five.
        properties.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        return properties;
    }

    private void store(SinkStore store, ConsumerRecords<byte[], byte[]> records) throws SQLException {
        PollBatch batch = new PollBatch(config.clock().instant(), config.retention());
        Map<TopicPartition, SinkStore.Move> moves = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> of = records.records(partition);
            for (ConsumerRecord<byte[], byte[]> record : of) {
                byte[] value = record.value();
                if (value == null) {
                    unreadable.increment();
                } else if (partition.topic().equals(telemetry)) {
                    batch.addTelemetry(record.key(), value);
                } else {
                    batch.addRollup(record.key(), value);
                }
            }
            moves.put(
                    partition,
                    new SinkStore.Move(
                            Objects.requireNonNull(next.get(partition)),
                            of.get(of.size() - 1).offset() + 1));
        }
        store.store(batch, moves);
        moves.forEach((partition, move) -> next.put(partition, move.to()));
        count(batch);
    }

    private void count(PollBatch batch) {
        thread.achieved();
        transactions.increment();
        rows.add(batch.rows().size());
        batch.rollups().values().forEach(level -> windows.add(level.size()));
        duplicates.add(batch.duplicates());
        expired.add(batch.expired());
        unreadable.add(batch.unreadable());
    }

    private void clean(SinkStore store) {
        Instant now = config.clock().instant();
        if (cleaned.isAfter(now.minus(HOUSEKEEPING))) {
            return;
        }
        cleaned = now;
        try {
            int dropped = store.dropBefore(now, config.retention());
            if (dropped > 0) {
                LOG.info("dropped {} partitions of telemetry that are past their time", dropped);
            }
        } catch (SQLException e) {
            LOG.warn("cannot drop old telemetry now: {}", e.getMessage());
        }
    }

    /** Takes positions from the database whenever Kafka deals out partitions. */
    private final class Positions implements ConsumerRebalanceListener {
        private final SinkStore store;
        private final KafkaConsumer<byte[], byte[]> consumer;

        Positions(SinkStore store, KafkaConsumer<byte[], byte[]> consumer) {
            this.store = store;
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            try {
                store.offsets(partitions).forEach((partition, offset) -> {
                    consumer.seek(partition, offset);
                    next.put(partition, offset);
                });
            } catch (SQLException e) {
                throw new KafkaException("cannot read where to go on: " + e.getMessage(), e);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // Every poll is stored before the next: nothing is under way.
            partitions.forEach(next::remove);
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

    /** Ends after the transaction at hand. */
    @Override
    public void close() {
        thread.close();
    }
}
