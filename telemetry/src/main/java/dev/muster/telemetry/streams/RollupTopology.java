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
 * {@code telemetry} to {@code rollups}. Every node and store is named: a name that Kafka Streams made up would change
 * with the next node and lose the state behind it. Nothing is repartitioned, because telemetry is keyed by device.
 */
final class RollupTopology {
    private RollupTopology() {}

    static Topology build(KafkaTopics topics, Duration emitEvery, LongAdder unreadable) {
        return new Topology()
                .addSource(
                        "telemetry",
                        Serdes.ByteArray().deserializer(),
                        Serdes.ByteArray().deserializer(),
                        topics.telemetry())
                .addProcessor("rollup-1m", () -> new RollupProcessor(emitEvery, unreadable), "telemetry")
                .addStateStore(store(RollupProcessor.SERIES), "rollup-1m")
                .addStateStore(store(RollupProcessor.MARKS), "rollup-1m")
                .addSink(
                        "rollups",
                        topics.rollups(),
                        Serdes.ByteArray().serializer(),
                        Serdes.ByteArray().serializer(),
                        "rollup-1m");
    }

    /** Cached, so that a window which changes many times between two commits is logged once. */
    private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled();
    }
}
