package dev.muster.standalone.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.standalone.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** Three real brokers: one of them may be away and nothing is lost; with two away nothing is acknowledged. */
class KafkaClusterIT {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);
    private static final int FIRST_PORT = 16_100;
    private static final int LAST_PORT = 17_000;
    private static final String TOPIC = "kept";

    @TempDir
    Path directory;

    @Test
    void acknowledgesWhileTwoOfThreeAreThereAndKeepsWhatItAcknowledged() throws Exception {
        try (KafkaCluster cluster = KafkaCluster.start(directory, 3, freePorts())) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
                admin.createTopics(List.of(new NewTopic(TOPIC, Optional.empty(), Optional.empty())))
                        .all()
                        .get();
                assertThat(admin.describeTopics(List.of(TOPIC))
                                .allTopicNames()
                                .get()
                                .values())
                        .allSatisfy(topic -> assertThat(
                                        topic.partitions().getFirst().replicas())
                                .hasSize(3));
            }

            send(cluster, "all three", LONG_ENOUGH);
            cluster.kill(0);
            send(cluster, "two", LONG_ENOUGH);
            cluster.kill(1);
            assertThatThrownBy(() -> send(cluster, "one alone", Duration.ofSeconds(3)))
                    .isInstanceOf(Exception.class);
            // The broker that has both is the only one that was there all the time.
            cluster.restart(1);
            cluster.restart(0);
            send(cluster, "three again", LONG_ENOUGH);

            assertThat(values(cluster)).contains("all three", "two").endsWith("three again");
        }
    }

    private static int freePorts() {
        return IntStream.iterate(FIRST_PORT, port -> port < LAST_PORT, port -> port + 6)
                .filter(port -> IntStream.range(port, port + 6).allMatch(Ports::isFree))
                .findFirst()
                .orElseThrow();
    }

    private static void send(KafkaCluster cluster, String value, Duration within) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                cluster.bootstrap(),
                "acks",
                "all",
                // Else a producer first asks for a number, for ever where brokers have no leader, and no limit below
                // counts.
                "enable.idempotence",
                false,
                "max.block.ms",
                (int) within.toMillis(),
                "request.timeout.ms",
                2_000,
                "delivery.timeout.ms",
                (int) within.toMillis());
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        try {
            producer.send(new ProducerRecord<>(TOPIC, value)).get(2 * within.toSeconds(), TimeUnit.SECONDS);
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    private static List<String> values(KafkaCluster cluster) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", cluster.bootstrap(), "group.id", "g", "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            long deadline = System.nanoTime() + LONG_ENOUGH.toNanos();
            while (!values.contains("three again") && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
            }
        }
        return values;
    }
}
