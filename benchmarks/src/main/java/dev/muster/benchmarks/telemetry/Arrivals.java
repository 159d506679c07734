package dev.muster.benchmarks.telemetry;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts what comes out of a topic, whoever put it in. A thread of its own; counts are for any thread. */
final class Arrivals implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Seen seen;
    private final AtomicLong count = new AtomicLong();
    private final Thread thread = new Thread(this::run, "arrivals");

    /** Told of every record, then after each poll. On this class's thread. */
    interface Seen {
        /** A message of device {@code index}: the {@code number}th, from 1. */
        void message(int index, long number);

        /** That was all for now. */
        void polled();
    }

    Arrivals(String bootstrap, String topic, Seen seen) {
        this.seen = seen;
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrap);
        properties.put("fetch.max.wait.ms", 100);
        properties.put("max.poll.records", 10_000);
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(one -> new TopicPartition(topic, one.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // before the first message is sent
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    long count() {
        return count.get();
    }

    private void run() {
        Map<Integer, Long> numbers = new HashMap<>();
        try (consumer) {
            while (true) {
                var records = consumer.poll(Duration.ofMillis(500));
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    int index = LoadMessage.index(record.key());
                    seen.message(index, numbers.merge(index, 1L, Long::sum));
                }
                count.addAndGet(records.count());
                seen.polled();
            }
        } catch (WakeupException e) {
            // closed
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
    }
}
