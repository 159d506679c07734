package dev.muster.standalone.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.muster.standalone.postgres.PostgresPasswords;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RuntimeFiles;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers behave the same to the tests that use them, whether they are processes or containers. */
class TestServersIT {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    /** Where containers were asked for they must be there; elsewhere this half is skipped with the reason. */
    private static TestServers servers(String word) {
        if ("containers".equals(word)
                && !TestServers.setting(TestServers.PROPERTY).equals(Optional.of("containers"))) {
            assumeTrue(
                    false,
                    "containers are tried by `./muster test --containers`, or with -D" + TestServers.PROPERTY
                            + "=containers");
        }
        return TestServers.chosen(word, ContainerServers::obstacle);
    }

    @ParameterizedTest
    @ValueSource(strings = {"processes", "containers"})
    void theDatabaseHasMustersRolesWithoutPowerAndRefusesAWrongPassword(String word) throws SQLException {
        try (TestDatabase database = servers(word).postgres(directory)) {
            PostgresPasswords passwords = database.passwords();
            try (Connection owner = connect(database, "muster_owner", passwords.owner())) {
                assertThat(strings(owner, "select rolname from pg_roles where rolsuper or rolbypassrls"))
                        .containsExactly(database.superuser());
                assertThat(strings(owner, "select rolname from pg_roles where rolname !~ '^pg_' order by 1"))
                        .containsExactly(
                                "keycloak", "muster_app", "muster_ingest", "muster_jobs", "muster_owner", "postgres");
                assertThat(strings(owner, "select pg_get_userbyid(datdba) from pg_database where datname = 'muster'"))
                        .containsExactly("muster_owner");
                assertThat(strings(owner, "show fsync")).containsExactly("on");
                assertThat(strings(owner, "show max_connections")).containsExactly("200");
                assertThat(strings(owner, "show log_timezone")).containsExactly("UTC");
                assertThat(strings(owner, "show jit")).containsExactly("off");
                assertThat(strings(
                                owner,
                                "select lower('ÄÖ') || (select datcollate from pg_database"
                                        + " where datname = 'muster')"))
                        .containsExactly("äöC");
                assertThat(strings(owner, "show server_version_num").get(0))
                        .startsWith(RuntimeFiles.version("postgres").split("\\.", 2)[0]);
            }
            assertThatThrownBy(() -> connect(database, "muster_app", "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
            for (String[] login : new String[][] {
                {"muster_app", passwords.app()},
                {"muster_ingest", passwords.ingest()},
                {"muster_jobs", passwords.jobs()}
            }) {
                try (Connection connection = connect(database, login[0], login[1]);
                        Statement statement = connection.createStatement()) {
                    assertThatThrownBy(() -> statement.execute("create schema s"))
                            .as(login[0])
                            .hasMessageContaining("permission denied");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"processes", "containers"})
    void theDatabaseKeepsWhatWasCommittedThroughAKillAndLeavesItsPortBehind(String word) throws SQLException {
        int port;
        try (TestDatabase database = servers(word).postgres(directory)) {
            port = port(database.jdbcUrl("muster"));
            PostgresPasswords passwords = database.passwords();
            try (Connection owner = connect(database, "muster_owner", passwords.owner());
                    Statement statement = owner.createStatement()) {
                statement.execute("create table kept (v int)");
                statement.execute("insert into kept values (1)");
                database.kill();

                assertThatThrownBy(() -> statement.execute("insert into kept values (2)"))
                        .isInstanceOf(SQLException.class);
            }
            database.start();

            assertThat(port(database.jdbcUrl("muster"))).isEqualTo(port);
            try (Connection owner = connect(database, "muster_owner", passwords.owner())) {
                assertThat(strings(owner, "select v from kept")).containsExactly("1");
            }
        }
        assertThat(Ports.isFree(port)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"processes", "containers"})
    void theBrokerKeepsWhatItAcknowledgedThroughAKillAndMakesNoTopicByAccident(String word) throws Exception {
        int port;
        try (TestBroker broker = servers(word).kafka(directory)) {
            String bootstrap = broker.bootstrap();
            port = port(bootstrap);
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
                admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                        .all()
                        .get();
                assertThat(setting(admin, "offsets.topic.num.partitions")).isEqualTo("10");
                assertThat(setting(admin, "group.initial.rebalance.delay.ms")).isEqualTo("0");
            }
            try (KafkaProducer<String, String> producer = producer(bootstrap, Map.of("transactional.id", "t"))) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("kept", "k", "acknowledged")).get();
                producer.commitTransaction();
            }
            try (KafkaProducer<String, String> producer = producer(bootstrap, Map.of("max.block.ms", 1_000))) {
                assertThatThrownBy(() ->
                                producer.send(new ProducerRecord<>("typo", "v")).get())
                        .hasMessageContaining("typo");
            }
            broker.kill();
            assertThat(Ports.isFree(port)).isTrue();
            broker.start();

            assertThat(broker.bootstrap()).isEqualTo(bootstrap);
            assertThat(firstOf("kept", bootstrap)).containsExactly("acknowledged");
        }
        assertThat(Ports.isFree(port)).isTrue();
    }

    private static int port(String address) {
        return Integer.parseInt(address.replaceFirst("^.*127\\.0\\.0\\.1:([0-9]+).*$", "$1"));
    }

    private static String setting(Admin admin, String name) throws Exception {
        ConfigResource node = new ConfigResource(ConfigResource.Type.BROKER, "1");
        Config config = admin.describeConfigs(List.of(node)).all().get().get(node);
        return Objects.requireNonNull(config).get(name).value();
    }

    private static KafkaProducer<String, String> producer(String bootstrap, Map<String, Object> further) {
        Map<String, Object> settings = new HashMap<>(further);
        settings.put("bootstrap.servers", bootstrap);
        settings.put("acks", "all");
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static List<String> firstOf(String topic, String bootstrap) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "group.id", "g",
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + LONG_ENOUGH.toNanos();
            while (values.isEmpty() && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
            }
        }
        return values;
    }

    private static List<String> strings(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private static Connection connect(TestDatabase database, String user, String password) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl("muster"), user, password);
    }
}
