package dev.muster.telemetry.streams;

import dev.muster.protocol.kafka.KafkaTopics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Conditions of alerts, beside the rollups: telemetry, presence, events and reports of a device come to the same task, because
 * all of them are keyed by device and have as many partitions. Rules are few and stand whole on every instance.
 */
final class AlertTopology {
    private static final String CONDITIONS = "alert-conditions";

    private AlertTopology() {}

    /** Adds to a topology that has the source {@code telemetry}. */
    static Topology addTo(Topology topology, KafkaTopics topics, Duration lookEvery, LongAdder unreadable) {
        List.of(topics.presence(), topics.events(), topics.reported(), topics.alertDevices())
                .forEach(topic -> topology.addSource(
                        source(topics, topic),
                        Serdes.ByteArray().deserializer(),
                        Serdes.ByteArray().deserializer(),
                        topic));
        topology.addGlobalStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(AlertProcessor.RULES),
                                        Serdes.String(),
                                        Serdes.ByteArray())
                                .withLoggingDisabled(),
                        "alert-rules",
                        Serdes.String().deserializer(),
                        Serdes.ByteArray().deserializer(),
                        topics.alertRules(),
                        "alert-rules-store",
                        RuleKeeper::new)
                .addProcessor(
                        CONDITIONS,
                        () -> new AlertProcessor(topics, lookEvery, unreadable),
                        "telemetry",
                        source(topics, topics.presence()),
                        source(topics, topics.events()),
                        source(topics, topics.reported()),
                        source(topics, topics.alertDevices()));
        for (String name : List.of(
                AlertProcessor.WATCHED, AlertProcessor.WATCHES, AlertProcessor.PRESENCE, AlertProcessor.DRIFT)) {
            topology.addStateStore(store(name), CONDITIONS);
        }
        return topology.addSink(
                "alerts",
                topics.alerts(),
                Serdes.ByteArray().serializer(),
                Serdes.ByteArray().serializer(),
                CONDITIONS);
    }

    // Without the prefix of this installation: a name that changes loses nothing here, but reads badly in metrics.
    private static String source(KafkaTopics topics, String topic) {
        return "alerts-of-" + topic.substring(topics.presence().length() - "presence".length());
    }

    private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled();
    }

    /** Puts each rule into the store, as it came: what is restored from the topic passes no processor. */
    private static final class RuleKeeper implements Processor<String, byte[], Void, Void> {
        private @Nullable KeyValueStore<String, byte[]> rules;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            rules = context.getStateStore(AlertProcessor.RULES);
        }

        @Override
        public void process(Record<String, byte[]> record) {
            java.util.Objects.requireNonNull(rules).put(record.key(), record.value());
        }
    }
}
