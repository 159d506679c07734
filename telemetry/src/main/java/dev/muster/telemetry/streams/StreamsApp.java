package dev.muster.telemetry.streams;

import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.lifecycle.Health;
import dev.muster.telemetry.lifecycle.Meter;
import dev.muster.telemetry.lifecycle.Meters;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running stream topology, exactly once. A thread that fails is replaced. Live while rebalancing, ready only when
 * running.
 */
public final class StreamsApp implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsApp.class);
    /** How often what time alone changes is looked at. */
    static final Duration LOOK = Duration.ofSeconds(1);

    private static final Duration CLOSE = Duration.ofSeconds(20);

    private final Meters meters = new Meters("streams");
    private final LongAdder threadFailures = meters.counter("thread-failures");
    private final BoundedRocksDb.Memory memory;
    private final KafkaStreams streams;
    private final AtomicBoolean closed = new AtomicBoolean();

    private StreamsApp(StreamsConfiguration config) {
        memory = new BoundedRocksDb.Memory(config.stateMemoryBytes());
        Properties properties = properties(config);
        properties.put(BoundedRocksDb.MEMORY, memory);
        streams = new KafkaStreams(
                topology(config.kafka().topics(), config.emitEvery(), meters.counter("unreadable-records")),
                properties);
        streams.setUncaughtExceptionHandler(failure -> {
            threadFailures.increment();
            LOG.error("a stream thread failed and is replaced", failure);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        meters.gauge("running", () -> streams.state() == KafkaStreams.State.RUNNING ? 1 : 0);
        meters.gauge("state-memory-bytes", memory::usedBytes);
        streams.start();
    }

    /** Starts the threads; ready once {@link #health()} says so. The shared topics must exist. */
    public static StreamsApp start(StreamsConfiguration config) {
        return new StreamsApp(config);
    }

    static Topology topology(KafkaTopics topics, Duration emitEvery, LongAdder unreadable) {
        return AlertTopology.addTo(RollupTopology.build(topics, emitEvery, unreadable), topics, LOOK, unreadable);
    }

    static Properties properties(StreamsConfiguration config) {
        Properties properties = new Properties();
        properties.putAll(config.kafka().clientProperties());
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                config.kafka().topicPrefix() + "telemetry-streams",
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.STATE_DIR_CONFIG,
                config.stateDir().toString(),
                StreamsConfig.NUM_STREAM_THREADS_CONFIG,
                config.threads(),
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                1_000L,
                StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
                8L * 1024 * 1024,
                StreamsConfig.REPLICATION_FACTOR_CONFIG,
                -1, // the broker's default
                StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG,
                BoundedRocksDb.class,
                StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG,
                true));
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        // A killed instance is missed for ten seconds, not for Kafka's forty-five.
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        return properties;
    }

    @Override
    public Health health() {
        return health(streams.state());
    }

    /** While partitions are dealt out anew nothing is wrong, and no window is counted; after an error nothing comes any more. */
    static Health health(KafkaStreams.State state) {
        String said = "streams are " + state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return switch (state) {
            case RUNNING -> Health.READY;
            case CREATED, REBALANCING, PENDING_SHUTDOWN, NOT_RUNNING -> Health.notReady(said);
            case PENDING_ERROR, ERROR -> Health.dead(said);
        };
    }

    @Override
    public List<Meter> meters() {
        return meters.all();
    }

    /** Finishes the transaction at hand; the next start goes on from there. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            // Leaving the group spares the next start, or the other instances, a wait for this one's session to lapse.
            if (streams.close(CloseOptions.timeout(CLOSE)
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP))) {
                memory.close();
            } else {
                LOG.warn("streams did not stop within {}", CLOSE); // its stores still use the memory
            }
        }
    }
}
