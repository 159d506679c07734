package dev.muster.telemetry.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.telemetry.fixture.Servers;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.lifecycle.Meter;
import dev.muster.telemetry.query.LatestValue;
import dev.muster.telemetry.query.Level;
import dev.muster.telemetry.query.SeriesPoint;
import dev.muster.telemetry.query.TelemetryQuery;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.Rollup;
import dev.muster.telemetry.record.TelemetryBatch;
import dev.muster.telemetry.schema.Retention;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The sink between a real Kafka and a real PostgreSQL. Each test has its own topics and its own tenant. */
@ExtendWith(Servers.Extension.class)
class SinkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    private final Servers servers;
    private final KafkaSettings kafka;
    private final TestKafka topics;
    private final String tenant;
    private final DeviceRef device;
    private final List<Component> running = new ArrayList<>();
    private final TelemetryQuery query = new TelemetryQuery(Retention.DEFAULT, InstantSource.system());

    SinkIT(Servers servers) {
        this.servers = servers;
        this.kafka = servers.newTopics();
        this.topics = new TestKafka(kafka);
        this.tenant = kafka.topicPrefix().replace(".", "");
        this.device = DeviceRef.of(tenant, "d1");
    }

    @AfterEach
    void close() {
        running.forEach(Component::close);
        topics.close();
    }

    private Sink sink() {
        Sink sink = Sink.start(config());
        running.add(sink);
        return sink;
    }

    private SinkConfig config() {
        return SinkConfig.of(kafka, servers.jdbcUrl(), "muster_ingest", servers.ingestPassword());
    }

    @Test
    void storesSamplesAndLatestValuesOfEveryType() throws SQLException {
        sink();

        topics.send(
                kafka.topics().telemetry(),
                device,
                batch(1, 1)
                        .addMetrics(metric("cpu").setNumber(0.25))
                        .addMetrics(metric("n").setInteger((1L << 53) + 1))
                        .addMetrics(metric("door").setFlag(true))
                        .addMetrics(metric("mode").setText("auto \\ \t \"é\""))
                        .build()
                        .toByteArray());

        awaitRows(4);
        try (Connection app = servers.app(tenant)) {
            assertThat(query.latest(app, device))
                    .extracting(LatestValue::metric, LatestValue::value)
                    .containsExactly(
                            tuple("cpu", 0.25),
                            tuple("door", true),
                            tuple("mode", "auto \\ \t \"é\""),
                            tuple("n", (1L << 53) + 1));
            assertThat(query.latest(app, device)).allMatch(value -> value.at().equals(minute));
        }
    }

    @Test
    void storesARepetitionOnceAlsoAfterARestart() throws SQLException {
        Sink first = sink();
        for (int seq = 1; seq <= 5; seq++) {
            number(1, seq, seq);
        }
        awaitRows(5);
        first.close();
        for (int seq = 3; seq <= 7; seq++) {
            number(1, seq, seq);
        }

        Sink second = sink();

        awaitRows(7);
        await().atMost(PATIENCE).until(() -> meter(second, "sink.duplicates") == 3);
        assertThat(meter(second, "sink.rows")).isEqualTo(2);
    }

    @Test
    void storesNothingTwiceWhenItDiedAfterTheCommitOrBeforeIt() throws SQLException {
        for (int seq = 1; seq <= 3; seq++) {
            number(0, 0, seq); // no positions: only the offsets protect these
        }
        TopicPartition partition = partitionOfDevice();
        PollBatch batch = new PollBatch(Instant.now(), Retention.DEFAULT);
        topics.read(kafka.topics().telemetry()).forEach(record -> batch.addTelemetry(record.key(), record.value()));
        try (SinkStore before = new SinkStore(config())) {
            before.offsets(List.of(partition));
            before.store(batch, Map.of(partition, new SinkStore.Move(0, 3)));
            // Died here: Kafka knows nothing of it.
        }
        try (SinkStore zombie = new SinkStore(config())) {
            PollBatch late = new PollBatch(Instant.now(), Retention.DEFAULT);
            topics.read(kafka.topics().telemetry()).forEach(record -> late.addTelemetry(record.key(), record.value()));
            assertThatThrownBy(() -> zombie.store(late, Map.of(partition, new SinkStore.Move(0, 3))))
                    .isInstanceOf(SinkFencedException.class);
        }

        sink();
        number(0, 0, 4);

        awaitRows(4);
    }

    @Test
    void twoSinksShareTheWorkWithoutStoringTwice() throws SQLException {
        Sink one = sink();
        Sink two = sink();
        await().atMost(PATIENCE)
                .until(() -> one.health().ready() && two.health().ready());

        for (int seq = 1; seq <= 200; seq++) {
            for (int d = 0; d < 4; d++) {
                DeviceRef other = DeviceRef.of(tenant, "m" + d);
                topics.send(
                        kafka.topics().telemetry(),
                        other,
                        batch(1, seq)
                                .setDevice("m" + d)
                                .addMetrics(metric("cpu").setNumber(seq))
                                .build()
                                .toByteArray());
            }
            if (seq == 100) {
                one.close();
            }
        }

        awaitRows(800);
    }

    @Test
    void keepsTheFullerStateOfAWindow() throws SQLException {
        sink();
        rollup(5, 10);
        rollup(2, 99);
        rollup(6, 12);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(series(Duration.ofMinutes(99), 100))
                .containsExactly(new SeriesPoint(minute, 1, 12, 2, 1)));
    }

    @Test
    void thinsOutRawSamplesToTheAskedNumberOfPoints() throws SQLException {
        sink();
        TelemetryBatch.Builder batch = batch(1, 1);
        for (int i = 0; i < 100; i++) {
            batch.addMetrics(Metric.newBuilder()
                    .setName("cpu")
                    .setAtMs(minute.minusSeconds(100).plusSeconds(i).toEpochMilli())
                    .setNumber(i));
        }
        topics.send(kafka.topics().telemetry(), device, batch.build().toByteArray());
        awaitRows(100);

        try (Connection app = servers.app(tenant)) {
            List<SeriesPoint> points = query.series(app, device, "cpu", minute.minusSeconds(100), minute, 10);

            assertThat(points).hasSize(10);
            assertThat(points.get(3)).isEqualTo(new SeriesPoint(minute.minusSeconds(70), 30, 39, 34.5, 39));
        }
    }

    @Test
    void showsATenantNothingOfAnother() throws SQLException {
        sink();
        number(1, 1, 1);
        rollup(1, 1);
        awaitRows(1);

        try (Connection other = servers.app("somebody-else");
                Connection none = DriverManager.getConnection(servers.jdbcUrl(), "muster_app", servers.appPassword())) {
            assertThat(query.latest(other, device)).isEmpty();
            assertThat(query.series(other, device, "cpu", minute.minusSeconds(60), minute.plusSeconds(60), 10))
                    .isEmpty();
            assertThat(query.latest(none, device)).isEmpty();
            assertThatThrownBy(() -> none.createStatement()
                            .executeQuery("select * from telemetry.sample_"
                                    + LocalDate.now(ZoneOffset.UTC).toString().replace("-", "")))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void dropsDaysThatArePastTheirTime() throws SQLException {
        LocalDate old = LocalDate.now(ZoneOffset.UTC).minusDays(30);
        try (SinkStore store = new SinkStore(config());
                Connection all = servers.superuser()) {
            all.createStatement().execute("select telemetry.ensure_day('sample', date '" + old + "')");
            all.createStatement().execute("select telemetry.ensure_day('rollup_1m', date '" + old.minusDays(90) + "')");
            all.createStatement()
                    .execute("select telemetry.ensure_day('rollup_1h', date '" + old.minusDays(800) + "')");

            assertThat(store.dropBefore(Instant.now(), Retention.DEFAULT)).isEqualTo(3);
            assertThat(store.dropBefore(Instant.now(), Retention.DEFAULT)).isZero();
        }
    }

    @Test
    void keepsAWholeMonthOfHoursUntilAllOfItIsPastItsTime() throws SQLException {
        Instant now = Instant.parse("2024-05-20T00:00:00Z");
        Retention shortest = new Retention(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(30));
        try (SinkStore store = new SinkStore(config());
                Connection all = servers.superuser()) {
            all.createStatement().execute("select telemetry.ensure_day('rollup_1h', date '2024-03-31')");
            all.createStatement().execute("select telemetry.ensure_day('rollup_1h', date '2024-04-01')");

            assertThat(store.dropBefore(now, shortest)).isEqualTo(1);
            assertThat(store.dropBefore(Instant.parse("2024-06-20T00:00:00Z"), shortest))
                    .isEqualTo(1);
        }
    }

    @Test
    void answersLongSpansFromWindowsOfAnHour() throws SQLException {
        sink();
        Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS);
        window(kafka.topics().hourlyRollups(), hour.minusSeconds(7_200), 3_600, 60, 9);
        window(kafka.topics().hourlyRollups(), hour.minusSeconds(3_600), 3_600, 60, 12);
        window(kafka.topics().rollups(), hour.minusSeconds(60), 60, 1, 77); // of another level

        Instant from = hour.minus(Duration.ofDays(100)); // more than the minutes are kept
        await().atMost(PATIENCE).untilAsserted(() -> {
            try (Connection app = servers.app(tenant)) {
                assertThat(query.cut(from, hour, 5_000).level()).isEqualTo(Level.HOUR);
                assertThat(query.series(app, device, "cpu", from, hour, 5_000))
                        .containsExactly(
                                new SeriesPoint(hour.minusSeconds(7_200), 1, 9, 2, 1),
                                new SeriesPoint(hour.minusSeconds(3_600), 1, 12, 2, 1));
            }
        });
        try (Connection other = servers.app("somebody-else")) {
            assertThat(query.series(other, device, "cpu", from, hour, 5_000)).isEmpty();
        }
    }

    private TopicPartition partitionOfDevice() {
        var record = topics.read(kafka.topics().telemetry()).get(0);
        return new TopicPartition(record.topic(), record.partition());
    }

    private void number(long boot, long seq, double value) {
        topics.send(
                kafka.topics().telemetry(),
                device,
                batch(boot, seq)
                        .addMetrics(metric("cpu").setNumber(value))
                        .build()
                        .toByteArray());
    }

    private void rollup(long count, double max) {
        window(kafka.topics().rollups(), minute, 60, count, max);
    }

    private void window(String topic, Instant start, long seconds, long count, double max) {
        topics.send(
                topic,
                device,
                Rollup.newBuilder()
                        .setTenant(tenant)
                        .setDevice("d1")
                        .setMetric("cpu")
                        .setWindowStartMs(start.toEpochMilli())
                        .setWindowSeconds(seconds)
                        .setCount(count)
                        .setMin(1)
                        .setMax(max)
                        .setSum(2.0 * count)
                        .setLast(1)
                        .build()
                        .toByteArray());
    }

    private List<SeriesPoint> series(Duration span, int points) throws SQLException {
        try (Connection app = servers.app(tenant)) {
            return query.series(app, device, "cpu", minute.minus(span), minute.plusSeconds(60), points);
        }
    }

    private TelemetryBatch.Builder batch(long boot, long seq) {
        return TelemetryBatch.newBuilder()
                .setTenant(tenant)
                .setDevice("d1")
                .setBoot(boot)
                .setSeq(seq)
                .setReceivedAtMs(Instant.now().toEpochMilli());
    }

    private Metric.Builder metric(String name) {
        return Metric.newBuilder().setName(name).setAtMs(minute.toEpochMilli());
    }

    private static long meter(Component component, String name) {
        return component.meters().stream()
                .filter(meter -> meter.name().equals(name))
                .mapToLong((Meter meter) -> meter.value().getAsLong())
                .sum();
    }

    private void awaitRows(int expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(rows()).isEqualTo(expected));
    }

    private int rows() throws SQLException {
        try (Connection all = servers.superuser();
                var statement = all.prepareStatement("select count(*) from telemetry.sample where tenant = ?")) {
            statement.setString(1, tenant);
            try (var result = statement.executeQuery()) {
                result.next();
                return result.getInt(1);
            }
        }
    }
}
