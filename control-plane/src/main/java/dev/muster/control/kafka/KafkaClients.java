package dev.muster.control.kafka;

import dev.muster.control.logs.LogFields;
import dev.muster.protocol.kafka.KafkaTopics;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Makes this server's Kafka clients: one shared producer, and consumer loops that end with the server. Thread-safe. */
@Singleton
public final class KafkaClients {
    private final KafkaConfig config;
    private final KafkaTopics topics;
    private final List<ConsumerLoop> loops = new CopyOnWriteArrayList<>();
    private @Nullable Producer<String, byte[]> producer;

    KafkaClients(KafkaConfig config) {
        this.config = config;
        this.topics = new KafkaTopics(config.topicPrefix().orElse(""));
    }

    /** The names of all topics. */
    @Produces
    @Singleton
    public KafkaTopics topics() {
        return topics;
    }

    /** The shared producer: every record acknowledged by all replicas, in order per partition. */
    public synchronized Producer<String, byte[]> producer() {
        Producer<String, byte[]> known = producer;
        if (known == null) {
            Map<String, Object> settings = common();
            settings.put(ProducerConfig.ACKS_CONFIG, "all");
            settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
            known = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
            producer = known;
        }
        return known;
    }

    /**
     * Starts a loop that hands over every record of the topics at least once, from the beginning for a new group.
     *
     * @param group consumer group, also the thread's name; instances of one group share the partitions
     */
    public ConsumerLoop consume(String group, Collection<String> from, ConsumerLoop.BatchHandler handler) {
        ConsumerLoop loop = new ConsumerLoop(group, from, handler, () -> {
            Map<String, Object> settings = common();
            settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.topicPrefix().orElse("") + group);
            settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
            settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            // A killed instance is missed for ten seconds, not for Kafka's forty-five.
            settings.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
            return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        });
        loops.add(loop);
        loop.start();
        return loop;
    }

    /** The same for one record after the other; lines of the log name the device that the record's key names. */
    public ConsumerLoop consumeEach(
            String group, Collection<String> from, Consumer<ConsumerRecord<String, byte[]>> handler) {
        return consume(
                group,
                from,
                batch -> batch.forEach(item -> {
                    try (LogFields fields = LogFields.ofKey(item.key())) {
                        handler.accept(item);
                    }
                }));
    }

    /** Settings every client shares; the caller may add to the map. */
    Map<String, Object> common() {
        Map<String, Object> settings = new HashMap<>(config.client());
        settings.put("bootstrap.servers", config.bootstrap());
        return settings;
    }

    short replicationFactor() {
        return config.replicationFactor();
    }

    // After the relay and the features, which still may send.
    void stop(@Observes @Priority(5_000) ShutdownEvent event) {
        loops.forEach(ConsumerLoop::announceClose);
        loops.forEach(ConsumerLoop::close);
        synchronized (this) {
            if (producer != null) {
                producer.close(Duration.ofSeconds(5));
            }
        }
    }
}
