package dev.muster.telemetry.streams;

import dev.muster.protocol.kafka.KafkaTopics;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * {@code telemetry} to {@code rollups} and {@code rollups-1h}. Every node and store is named: a name that Kafka Streams made up would change
 * with the next node and lose the state behind it. Nothing is repartitioned, because telemetry is keyed by device.
 */
final class RollupTopology {
    /** Named when there were minutes only; another name would lose what has been counted. */
    private static final String ROLLUP = "rollup-1m";

    private RollupTopology() {}

    static Topology build(KafkaTopics topics, Duration emitEvery, LongAdder unreadable) {
        Topology topology = new Topology()
                .addSource(
                        "telemetry",
                        Serdes.ByteArray().deserializer(),
                        Serdes.ByteArray().deserializer(),
                        topics.telemetry())
                .addProcessor(ROLLUP, () -> new RollupProcessor(emitEvery, unreadable), "telemetry")
                .addStateStore(store(RollupProcessor.MARKS), ROLLUP);
        for (RollupLevel level : RollupLevel.values()) {
            topology.addStateStore(store(level.store()), ROLLUP)
                    .addSink(
                            level.sink(),
                            topic(topics, level),
                            Serdes.ByteArray().serializer(),
                            Serdes.ByteArray().serializer(),
                            ROLLUP);
        }
        return topology;
    }

    private static String topic(KafkaTopics topics, RollupLevel level) {
        return switch (level) {
            case MINUTE -> topics.rollups();
            case HOUR -> topics.hourlyRollups();
        };
    }

    /** Cached, so that a window which changes many times between two commits is logged once. */
    private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled();
    }
}
