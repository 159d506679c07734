package dev.muster.telemetry.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.telemetry.fixture.MqttTestClient;
import dev.muster.telemetry.fixture.Servers;
import dev.muster.telemetry.fixture.TestAuthority;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.gateway.Gateway;
import dev.muster.telemetry.gateway.GatewayConfig;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.lifecycle.Health;
import dev.muster.telemetry.query.LatestValue;
import dev.muster.telemetry.query.LiveSample;
import dev.muster.telemetry.query.SeriesPoint;
import dev.muster.telemetry.query.TelemetryQuery;
import dev.muster.telemetry.query.TelemetryTail;
import dev.muster.telemetry.schema.Retention;
import dev.muster.telemetry.sink.Sink;
import dev.muster.telemetry.sink.SinkConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole half on real servers: a device's samples come back from the database, as windows, and live. */
@ExtendWith(Servers.Extension.class)
class TelemetryPathIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path state;

    private final TestAuthority authority = new TestAuthority();
    private final Servers servers;
    private final KafkaSettings kafka;
    private final DeviceRef device;
    private final Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(120);
    private final TelemetryQuery query = new TelemetryQuery(Retention.DEFAULT, InstantSource.system());

    TelemetryPathIT(Servers servers) {
        this.servers = servers;
        this.kafka = servers.newTopics();
        this.device = DeviceRef.of(kafka.topicPrefix().replace(".", ""), "crusher-1");
    }

    @Test
    void carriesSamplesFromTheDeviceToTheDatabaseAndTheLiveTail() throws Exception {
        try (TestKafka topics = new TestKafka(kafka)) {
            topics.active(device);
        }
        List<LiveSample> live = new CopyOnWriteArrayList<>();
        StreamsConfiguration streams =
                new StreamsConfiguration(kafka, state, 1, Duration.ofMillis(500), 16L * 1024 * 1024);
        try (Gateway gateway = Gateway.start(
                        GatewayConfig.of(kafka, "g", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                        authority.server());
                Sink sink =
                        Sink.start(SinkConfig.of(kafka, servers.jdbcUrl(), "muster_ingest", servers.ingestPassword()));
                TelemetryTail tail = TelemetryTail.start(kafka);
                TelemetryTail.Subscription subscription = tail.subscribe(device, live::add)) {
            await().atMost(PATIENCE)
                    .until(() -> gateway.health().ready() && sink.health().ready());
            try (StreamsApp first = StreamsApp.start(streams)) {
                // Its partitions are not dealt out yet, which takes a word with the broker.
                assertThat(first.health()).isEqualTo(Health.notReady("streams are rebalancing"));
                await().atMost(PATIENCE).until(() -> first.health().ready());
                send(gateway, 1, 30);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(windows())
                        .containsExactly(new SeriesPoint(minute, 1, 30, 15.5, 30)));
            }
            // Another life of the topology goes on with the very same window, and counts repetitions once.
            try (StreamsApp second = StreamsApp.start(streams)) {
                await().atMost(PATIENCE).until(() -> second.health().ready());
                send(gateway, 25, 40);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(windows())
                        .containsExactly(new SeriesPoint(minute, 1, 40, 20.5, 40)));
                Instant hour = minute.truncatedTo(ChronoUnit.HOURS);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(hours(hour))
                        .containsExactly(new SeriesPoint(hour, 1, 40, 20.5, 40)));
            }
            try (Connection app = servers.app(device.tenant().value())) {
                assertThat(query.latest(app, device))
                        .containsExactly(new LatestValue("load", minute.plusSeconds(40), 40.0));
            }
            assertThat(subscription).isNotNull();
            assertThat(live).contains(new LiveSample("load", minute.plusSeconds(40), 40.0));
        }
    }

    private void send(Gateway gateway, int from, int to) {
        try (MqttTestClient client = MqttTestClient.connected(gateway.address(), authority, device)) {
            for (int seq = from; seq <= to; seq++) {
                client.telemetry(1, seq, "load", minute.plusSeconds(seq).toEpochMilli(), seq);
            }
            for (int seq = from; seq <= to; seq++) {
                assertThat(client.expect(MqttTestClient.PUBACK).reason()).isZero();
            }
        }
    }

    private List<SeriesPoint> hours(Instant hour) throws SQLException {
        try (Connection app = servers.app(device.tenant().value())) {
            return query.series(app, device, "load", hour.minus(Duration.ofDays(2)), hour.plusSeconds(3_600), 49);
        }
    }

    private List<SeriesPoint> windows() throws SQLException {
        try (Connection app = servers.app(device.tenant().value())) {
            return query.series(app, device, "load", minute.minusSeconds(3_600), minute.plusSeconds(60), 61);
        }
    }
}
