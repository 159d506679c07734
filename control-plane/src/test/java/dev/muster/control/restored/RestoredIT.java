package dev.muster.control.restored;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.testing.PackagedServers;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.standalone.backup.RestoreCommand;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A database that was set back by other tools, the command for it, and the next server, on topics that begin anew. */
class RestoredIT {
    private static final String RULE = """
            apiVersion: muster.dev/v1
            kind: AlertRule
            metadata: {name: hot}
            spec:
              devices: all
              severity: critical
              summary: hot
              when: {threshold: {metric: motor.temp, above: 90}}
            """;

    @TempDir
    Path directory;

    @Test
    void everyTenantGoesOnAboveWhatDevicesHaveSeenAndKafkaHearsEverythingAgain() throws Exception {
        try (PackagedServers servers = new PackagedServers(directory)) {
            PackagedServers.Instance first = servers.start("first");
            first.admin()
                    .config(RestAssured.config()
                            .encoderConfig(EncoderConfig.encoderConfig()
                                    .encodeContentTypeAs("application/yaml", ContentType.TEXT)))
                    .contentType("application/yaml")
                    .body(RULE)
                    .put("/api/v1/alert-rules/hot")
                    .then()
                    .statusCode(200);
            long before = version(first, "timestamp");
            first.kill();
            execute(
                    servers,
                    "insert into tenant (tenant) values ('north')",
                    "insert into device (tenant, id, name, status, hardware, generation, enrolled_at) values"
                            + " ('default', 'one', 'one', 'active', 'board', 7, now()),"
                            + " ('north', 'two', 'two', 'suspended', 'board', 9, now())",
                    "insert into alert_watched (tenant, device, rules, revision) values ('default', 'one', '{hot}', 3)",
                    "insert into device_presence (tenant, device, online, epoch, last_seen, gateway)"
                            + " values ('default', 'one', true, 4711, now(), 'gone')",
                    "insert into presence_history (tenant, device, at, epoch, online, reason)"
                            + " values ('default', 'one', now(), 4711, true, '')",
                    "insert into alert (tenant, id, rule, device, kind, severity, labels, summary, state, since)"
                            + " values ('default', 'a1', 'hot', 'one', 'threshold', 'critical', '{}', 'hot', 'firing', now())",
                    "insert into policy_version (tenant, version, comment, documents, published_at, published_by) values"
                            + " ('default', 3, '', 'three', now(), 'x'), ('default', 4, '', 'four', now(), 'x'),"
                            + " ('default', 5, '', 'five', now(), 'x')",
                    "insert into policy_urgent (tenant, kind, name, yaml, reason, since, created_by, absorbed_by)"
                            + " values ('default', 'guard-rail', 'g', '', '', now(), 'x', 4)");
            Instant made = Instant.now().minusSeconds(60);

            assertThat(command(new ByteArrayOutputStream(), Instant.now().plusSeconds(3_600)))
                    .as("a clock that is behind the backup")
                    .isNotZero();
            assertThat(text(servers, "select generation::text from device where id = 'one'"))
                    .isEqualTo("7");
            long floor = restore(made);
            PackagedServers.Instance second = servers.start("second", Map.of("muster.kafka.topic-prefix", "anew."));

            assertThat(before).isLessThan(1_000);
            assertThat(version(second, "timestamp")).isGreaterThanOrEqualTo(floor);
            assertThat(version(second, "policy")).isGreaterThanOrEqualTo(floor);
            KafkaTopics topics = new KafkaTopics("anew.");
            Map<String, JsonObject> devices = read(servers, topics.deviceState());
            assertThat(devices).containsKeys("default", "default/one", "north", "north/two");
            assertThat(known(devices, "default/one").string("status")).isEqualTo("active");
            assertThat(known(devices, "default/one").number("generation")).isGreaterThan(floor);
            assertThat(known(devices, "north/two").string("status")).isEqualTo("suspended");
            assertThat(known(devices, "north/two").number("revision")).isGreaterThan(floor);
            assertThat(read(servers, topics.alertRules())).containsKey("default/hot");
            assertThat(known(read(servers, topics.alertDevices()), "default/one")
                            .number("revision"))
                    .isGreaterThan(floor);

            assertThat(text(servers, "select version::text from director_document where device = 'one'"))
                    .isEqualTo(Long.toString(floor));
            assertThat(text(servers, "select online || ' ' || epoch from device_presence"))
                    .isEqualTo("false -1");
            assertThat(text(
                            servers,
                            "select string_agg(online || ' ' || epoch, ', ' order by id) from presence_history"))
                    .isEqualTo("true -1, false -1");
            assertThat(Long.parseLong(text(servers, "select nextval('ddi_number')::text")))
                    .isGreaterThan(1_000_000);
            assertThat(text(servers, "select state from alert")).isEqualTo("resolved");
            assertThat(text(servers, "select string_agg(documents, ' ' order by version) from policy_version"))
                    .as("the newest again, under a new number")
                    .isEqualTo("three four five five");
            assertThat(text(servers, "select max(version)::text from policy_version"))
                    .isEqualTo(Long.toString(floor));
            assertThat(text(servers, "select absorbed_by::text from policy_urgent"))
                    .isEqualTo("4");
            assertThat(text(servers, "select count(*)::text from restored where done_at is not null"))
                    .isEqualTo("2");
            assertThat(text(servers, "select string_agg(distinct verb, ' ') from audit where object = 'server'"))
                    .isEqualTo("server.restore");
            second.admin().get("/api/v1/devices/one").then().statusCode(200);
        }
    }

    private long restore(Instant made) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(command(out, made)).isZero();
        String told = out.toString(StandardCharsets.UTF_8);
        return Long.parseLong(told.replaceAll("(?s)versions go on from (\\d+).*", "$1"));
    }

    private int command(ByteArrayOutputStream out, Instant made) {
        CommandLine command = new CommandLine(new RestoreCommand(new PrintStream(out, true, StandardCharsets.UTF_8)));
        command.setExecutionExceptionHandler((failure, line, parsed) -> 1);
        return command.execute(
                "database", "--settings", directory.resolve("first.properties").toString(), "--made", made.toString());
    }

    private static long version(PackagedServers.Instance server, String role) {
        return server.admin()
                .get("/api/v1/trust/status")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getLong("roles.find { it.repository == 'images' && it.role == '" + role + "' }.version");
    }

    private static void execute(PackagedServers servers, String... statements) throws SQLException {
        try (Connection connection = servers.database();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String text(PackagedServers servers, String sql) throws SQLException {
        try (Connection connection = servers.database();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** The last record of each key. */
    private static Map<String, JsonObject> read(PackagedServers servers, String topic) {
        Map<String, JsonObject> last = new TreeMap<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers.bootstrap()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.value() != null) {
                        last.put(record.key(), JsonObject.parse(record.value()));
                    }
                }
            }
        }
        return last;
    }

    private static JsonObject known(Map<String, JsonObject> records, String key) {
        return Objects.requireNonNull(records.get(key), key);
    }
}
