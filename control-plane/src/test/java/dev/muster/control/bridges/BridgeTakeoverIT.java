package dev.muster.control.bridges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.muster.control.testing.PackagedServers;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two packaged servers as processes of their own, one real broker, and the death of the process that reads it. */
class BridgeTakeoverIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final KafkaTopics TOPICS = new KafkaTopics("");
    private static final String NAME = "line";
    private static final String YAML = "application/yaml";
    private static final Map<String, String> LOOPBACK = Map.of("muster.bridges.allowed-networks", "127.0.0.0/8");

    @TempDir
    Path directory;

    @BeforeEach
    void needsABroker() {
        assumeThat(TestBroker.isInstalled())
                .as("Debian's `mosquitto` is not installed")
                .isTrue();
    }

    @Test
    void anotherProcessGoesOnWhereAKilledOneStoppedAndNothingIsLost() throws Exception {
        try (TestBroker broker = TestBroker.start(directory);
                PackagedServers servers = new PackagedServers(directory.resolve("servers"))) {
            PackagedServers.Instance first = servers.start("first", LOOPBACK);
            put(first, broker.url());
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(run(first, "state")).isEqualTo("connected"));
            assertThat(run(first, "instance")).isEqualTo("first");
            PackagedServers.Instance second = servers.start("second", LOOPBACK);
            say(broker, 1, 20);
            await().atMost(SOON).untilAsserted(() -> assertThat(values(servers)).hasSize(20));
            assertThat(run(second, "instance")).as("who owns it keeps it").isEqualTo("first");

            first.kill();
            // Nobody hears these now: the broker keeps them for the session.
            say(broker, 21, 40);

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(run(second, "instance")).isEqualTo("second"));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(run(second, "state")).isEqualTo("connected"));
            say(broker, 41, 60);
            await().atMost(SOON).untilAsserted(() -> assertThat(values(servers))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 60).boxed().toList()));

            // The one that was killed comes back, and does not take the connection away.
            PackagedServers.Instance again = servers.start("first-again", LOOPBACK);
            say(broker, 61, 61);
            await().atMost(SOON).untilAsserted(() -> assertThat(values(servers)).contains(61L));
            assertThat(run(again, "instance")).isEqualTo("second");
        }
    }

    private static void put(PackagedServers.Instance server, String broker) {
        RequestSpecification admin = server.admin()
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig().encodeContentTypeAs(YAML, ContentType.TEXT)))
                .contentType(YAML)
                .body("""
                        apiVersion: muster.dev/v1
                        kind: Bridge
                        metadata: {name: %s}
                        spec:
                          broker: %s
                          devices: "tag==line"
                          create: {tags: [line]}
                          mappings:
                            - topic: line/{device}
                              device: "{device}"
                              payload: json
                              values:
                                - {metric: count, path: $.v}
                        """.formatted(NAME, broker));
        admin.put("/api/v1/bridges/" + NAME).then().statusCode(200);
    }

    private static String run(PackagedServers.Instance server, String member) {
        return server.admin()
                .get("/api/v1/bridges/" + NAME)
                .then()
                .statusCode(200)
                .extract()
                .path("run." + member);
    }

    private static void say(TestBroker broker, int from, int to) throws Exception {
        for (int i = from; i <= to; i++) {
            broker.say("line/press-1", "{\"v\": " + i + "}", false);
        }
    }

    /** What of the machine's numbers is on Kafka; one that came twice counts once. */
    private static Set<Long> values(PackagedServers servers) throws Exception {
        TreeSet<Long> values = new TreeSet<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers.bootstrap()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPICS.telemetry()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    for (Metric metric :
                            TelemetryBatch.parseFrom(record.value()).getMetricsList()) {
                        values.add(metric.getInteger());
                    }
                }
            }
        }
        return values;
    }
}
