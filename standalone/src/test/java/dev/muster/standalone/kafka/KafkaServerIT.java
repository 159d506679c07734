package dev.muster.standalone.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.standalone.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real broker in its own JVM: what was acknowledged is there after SIGKILL. */
class KafkaServerIT {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void keepsAcknowledgedRecordsThroughAKillAndMakesNoTopicByAccident() throws Exception {
        KafkaOptions options = KafkaOptions.in(directory);
        try (KafkaServer server = KafkaServer.start(options)) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
                admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                        .all()
                        .get();
            }
            try (KafkaProducer<String, String> producer = producer(server, true)) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("kept", "k", "acknowledged")).get();
                producer.commitTransaction();
            }
            try (KafkaProducer<String, String> producer = producer(server, false)) {
                assertThatThrownBy(() ->
                                producer.send(new ProducerRecord<>("typo", "v")).get())
                        .hasMessageContaining("typo");
            }
            server.kill();
            assertThat(server.process().isAlive()).isFalse();
        }
        try (KafkaServer server = KafkaServer.start(options);
                KafkaConsumer<String, String> consumer = consumer(server)) {
            consumer.subscribe(List.of("kept"));

            List<String> values = new ArrayList<>();
            long deadline = System.nanoTime() + LONG_ENOUGH.toNanos();
            while (values.isEmpty() && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
            }
            assertThat(values).containsExactly("acknowledged");
        }
        assertThat(Ports.isFree(options.port())).isTrue();
        assertThat(Ports.isFree(options.controllerPort())).isTrue();
    }

    private static KafkaProducer<String, String> producer(KafkaServer server, boolean transactional) {
        Map<String, Object> settings =
                new HashMap<>(Map.of("bootstrap.servers", server.bootstrap(), "acks", "all", "max.block.ms", 1_000));
        if (transactional) {
            settings.put("transactional.id", "t");
            settings.put("max.block.ms", 30_000);
        }
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer(KafkaServer server) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", server.bootstrap(),
                        "group.id", "g",
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }
}
