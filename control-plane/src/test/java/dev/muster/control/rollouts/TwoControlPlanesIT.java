package dev.muster.control.rollouts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.control.testing.PackagedServers;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two packaged servers as processes of their own on one PostgreSQL and one Kafka; each of them is killed in the middle of
 * its work. Devices are rows, and what they report comes through Kafka.
 */
class TwoControlPlanesIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration OFTEN = Duration.ofMillis(5);
    private static final int WAVE = 500;
    private static final Map<String, String> JSON_LOG = Map.of(
            "muster.log.format",
            "json",
            "quarkus.log.category.\"dev.muster.control.audit\".level",
            "DEBUG",
            "quarkus.log.category.\"dev.muster.control.reported\".level",
            "DEBUG");
    private static final KafkaTopics TOPICS = new KafkaTopics("");
    private static final byte[] IMAGE = "image two 2.0.0".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private PackagedServers servers;
    private Connection database;
    private Producer<String, byte[]> producer;

    @BeforeEach
    void open() throws Exception {
        servers = new PackagedServers(directory);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers.bootstrap(), "linger.ms", 5),
                new StringSerializer(),
                new ByteArraySerializer());
        database = servers.database();
    }

    @AfterEach
    void close() throws SQLException {
        producer.close();
        database.close();
        servers.close();
    }

    @Test
    void killingEitherInMidWaveStartsNobodyTwiceAndLosesNobody() throws Exception {
        PackagedServers.Instance first = servers.start("first");
        PackagedServers.Instance second = servers.start("second");
        fill(2 * WAVE);
        String sha256 = image(first);
        String rollout = rollout(first, sha256);

        // The first one dies while it starts devices; the other one goes on alone.
        killInMidWave(first, "waiting", "started");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(inWave(0, "waiting")).isZero());
        assertThat(inWave(0, "started")).isEqualTo(WAVE);
        assertCountersExact();

        // The other one dies while it takes in what devices say of it, before it has told Kafka that it did.
        PackagedServers.Instance again = servers.start("first-again", JSON_LOG);
        report(0, ConditionState.COMMITTED, sha256);
        killInMidWave(second, "started", "succeeded");

        // The one that came back goes on with both waves.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(inWave(0, "succeeded")).isEqualTo(WAVE));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(inWave(1, "started")).isEqualTo(WAVE));
        assertCountersExact();
        report(1, ConditionState.COMMITTED, sha256);
        await().atMost(SOON).untilAsserted(() -> assertThat(again.admin()
                        .get("/api/v1/rollouts/" + rollout)
                        .then()
                        .statusCode(200)
                        .extract()
                        .<String>path("state"))
                .isEqualTo("completed"));

        assertThat(numbers("select distinct generation from device"))
                .as("each desired state moved once")
                .containsExactly(1L);
        assertThat(number("select count(*) from desired_target where source = 'rollout/" + rollout + "'"))
                .isEqualTo(2 * WAVE);
        assertThat(number("select count(*) from rollout_device where state = 'succeeded'"))
                .isEqualTo(2 * WAVE);
        assertCountersExact();
        await().atMost(SOON).untilAsserted(() -> assertThat(number("select count(*) from outbox"))
                .isZero());
        assertThat(toldDevices()).as("devices that were told").hasSize(2 * WAVE);
        assertLogIsJson(again);
    }

    /** Every line; who a line is about is said in fields, and what opened the door is not. */
    private void assertLogIsJson(PackagedServers.Instance server) throws IOException {
        String token = server.token();
        RestAssured.given()
                .baseUri(server.address().toString())
                .auth()
                .oauth2(token)
                .header("X-Request-Id", "json-1")
                .contentType("application/json")
                .body("{\"name\":\"logged\"}")
                .post("/api/v1/sites")
                .then()
                .statusCode(201);

        String log = Files.readString(directory.resolve(server.name() + ".log"));

        assertThat(log).doesNotContain(token.substring(token.lastIndexOf('.') + 1));
        assertThat(log.lines().filter(line -> !line.isBlank()).map(line -> JsonObject.parse(line.getBytes(UTF_8))))
                .anySatisfy(line -> {
                    assertThat(line.string("message")).contains("site.").contains("logged");
                    assertThat(line.object("mdc").string("tenant")).isEqualTo("default");
                    assertThat(line.object("mdc").string("requestId")).isEqualTo("json-1");
                })
                .anySatisfy(line -> {
                    assertThat(line.string("message")).startsWith("report of generation");
                    assertThat(line.object("mdc").string("tenant")).isEqualTo("default");
                    assertThat(line.object("mdc").string("device")).startsWith("two-");
                });
    }

    private void fill(int devices) throws SQLException {
        execute(
                "insert into device (tenant, id, name, status, hardware) select 'default', 'two-' || lpad(i::text, 4, '0'), "
                        + "'two', 'active', 'test-board' from generate_series(1, " + devices + ") i");
        execute("analyze device");
    }

    private static String image(PackagedServers.Instance server) {
        return server.admin()
                .contentType("application/octet-stream")
                .body(IMAGE)
                .post("/api/v1/artifacts?kind=image&name=os&hardware=test-board&version=2.0.0&releaseCounter=2")
                .then()
                .statusCode(200)
                .extract()
                .path("sha256");
    }

    private static String rollout(PackagedServers.Instance server, String sha256) {
        String release = server.admin()
                .body(Map.of("name", "two", "version", "2.0.0", "targets", List.of(Map.of("sha256", sha256))))
                .post("/api/v1/releases")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
        return server.admin()
                .body(Map.of(
                        "name",
                        "two",
                        "release",
                        release,
                        "selector",
                        "",
                        "waves",
                        List.of(Map.of("count", WAVE), Map.of("percent", 100))))
                .post("/api/v1/rollouts")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
    }

    /** Kills the server in a transaction, as soon as enough devices of the first wave went on and some did not. */
    private void killInMidWave(PackagedServers.Instance server, String from, String to) {
        await().pollInterval(OFTEN)
                .atMost(SOON)
                .until(() -> inWave(0, to) > WAVE / 10 && inWave(0, from) > 0 && isAtWork(server));
        server.kill();
    }

    /** Whether a transaction of the server is open right now. */
    private boolean isAtWork(PackagedServers.Instance server) throws SQLException {
        return number("select count(*) from pg_stat_activity where application_name = '" + server.name()
                        + "' and xact_start is not null")
                > 0;
    }

    private long inWave(int wave, String state) throws SQLException {
        return number("select count(*) from rollout_device where wave = " + wave + " and state = '" + state + "'");
    }

    /** The counters of waves move with each device and are never counted anew: one that was started twice shows here. */
    private void assertCountersExact() throws SQLException {
        for (int wave = 0; wave < 2; wave++) {
            for (String state : List.of("waiting", "started", "accepted", "succeeded", "failed", "unreached")) {
                assertThat(number("select " + state + " from rollout_wave where index = " + wave))
                        .as("`%s` in wave %d", state, wave)
                        .isEqualTo(inWave(wave, state));
            }
        }
    }

    private void report(int wave, ConditionState state, String sha256) throws Exception {
        Map<String, Long> generations = new HashMap<>();
        try (Statement statement = database.createStatement();
                ResultSet rows =
                        statement.executeQuery("select d.id, d.generation from device d join rollout_device rd "
                                + "on rd.tenant = d.tenant and rd.device = d.id where rd.wave = " + wave)) {
            while (rows.next()) {
                generations.put(rows.getString(1), rows.getLong(2));
            }
        }
        TargetCondition image = new TargetCondition(
                new TargetName.Image(), state, Clock.systemUTC().instant(), 100, "", "", "2.0.0", Optional.of(sha256));
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        generations.forEach((device, generation) -> sent.add(producer.send(new ProducerRecord<>(
                TOPICS.reported(),
                DeviceRef.of("default", device).key(),
                new ReportedState(generation, Map.of(), List.of(image)).toJson()))));
        for (Future<RecordMetadata> acknowledged : sent) {
            acknowledged.get();
        }
    }

    /** Every device of which gateways were told that its first document is there; they hint. */
    private Set<String> toldDevices() {
        Set<String> told = new HashSet<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers.bootstrap()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (PartitionInfo partition : consumer.partitionsFor(TOPICS.deviceState())) {
                partitions.add(new TopicPartition(partition.topic(), partition.partition()));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> state : consumer.poll(Duration.ofMillis(200))) {
                    if (state.value() != null
                            && DeviceState.fromJson(state.value()).generation() == 1) {
                        told.add(state.key());
                    }
                }
            }
        }
        return told;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        return numbers(sql).getFirst();
    }

    private List<Long> numbers(String sql) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
        }
        return numbers;
    }
}
