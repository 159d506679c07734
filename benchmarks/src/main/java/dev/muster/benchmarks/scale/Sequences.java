package dev.muster.benchmarks.scale;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.telemetry.record.TelemetryBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Which samples of which device lie on Kafka, read back after the fact. */
final class Sequences {
    private static final String TOPIC = new KafkaTopics("").telemetry();

    private final Map<String, BitSet> found = new HashMap<>();
    private long twice;

    private Sequences() {}

    /** All of one start of the simulator. */
    static Sequences read(String bootstrap, long boot) throws IOException {
        Sequences sequences = new Sequences();
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrap);
        properties.put("max.poll.records", 10_000);
        // What a streams application reads, too.
        properties.put("isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(one -> new TopicPartition(TOPIC, one.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    sequences.add(TelemetryBatch.parseFrom(record.value()), boot);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("expected telemetry on `" + TOPIC + "`: " + e.getMessage(), e);
        }
        return sequences;
    }

    private void add(TelemetryBatch batch, long boot) {
        if (batch.getBoot() == boot) {
            BitSet seen = found.computeIfAbsent(batch.getDevice(), unused -> new BitSet());
            int seq = Math.toIntExact(batch.getSeq());
            if (seen.get(seq)) {
                twice++;
            }
            seen.set(seq);
        }
    }

    /** How many of those that were acknowledged, up to a number for each device, are not there. */
    long lost(Map<String, Long> acknowledged) {
        long lost = 0;
        for (Map.Entry<String, Long> device : acknowledged.entrySet()) {
            int last = Math.toIntExact(device.getValue());
            BitSet seen = found.getOrDefault(device.getKey(), new BitSet());
            lost += last - seen.get(1, last + 1).cardinality();
        }
        return lost;
    }

    /** How many came again: at least once is what is promised, and the store drops them. */
    long twice() {
        return twice;
    }
}
