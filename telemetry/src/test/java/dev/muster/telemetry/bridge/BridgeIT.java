package dev.muster.telemetry.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.Presence;
import dev.muster.standalone.testing.TestBroker;
import dev.muster.standalone.testing.TestServers;
import dev.muster.telemetry.bridge.BridgeStatus.Problem;
import dev.muster.telemetry.bridge.BridgeStatus.State;
import dev.muster.telemetry.fixture.Mosquitto;
import dev.muster.telemetry.fixture.Plant;
import dev.muster.telemetry.fixture.Servers;
import dev.muster.telemetry.fixture.TestAuthority;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.gateway.GatewayTls;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.kafka.TopicAdmin;
import dev.muster.telemetry.record.TelemetryBatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A bridge between a real broker and a real Kafka. */
@ExtendWith(Servers.Extension.class)
class BridgeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TenantId TENANT = new TenantId("north");
    private static final DeviceRef PRESS = DeviceRef.of("north", "press-1");

    @TempDir
    Path directory;

    private final TestDoor door = new TestDoor();

    @BeforeEach
    void needsABroker() {
        assumeThat(Mosquitto.isInstalled())
                .as("Debian's `mosquitto` is not installed")
                .isTrue();
    }

    /** Lets in what begins with {@code press}; can be out of order. */
    static final class TestDoor implements DeviceDoor {
        final AtomicBoolean away = new AtomicBoolean();

        @Override
        public Map<DeviceId, Verdict> admit(Collection<DeviceId> devices) {
            if (away.get()) {
                throw new IllegalStateException("the registry is away");
            }
            Map<DeviceId, Verdict> verdicts = new HashMap<>();
            devices.forEach(device -> verdicts.put(
                    device,
                    device.value().startsWith("press")
                            ? new Verdict.Admitted()
                            : new Verdict.Refused("not one of the connection's devices")));
            return verdicts;
        }
    }

    @Test
    void bringsMeasurementsToKafkaAndTheRestToTheDeadLetters(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        try (Mosquitto broker = Mosquitto.start(directory);
                BridgeHost host = host(kafka);
                Plant client = Plant.at(broker);
                TestKafka topics = new TestKafka(kafka)) {
            host.run(config("good", broker), mapping(), door);
            connected(host, "north/good");

            publish(client, "f/7/press-1", "{\"v\": 21.5}", 1);
            publish(client, "f/7/press-1", "{\"v\": }", 1);
            publish(client, "f/7/robot-1", "{\"v\": 3}", 1);
            publish(client, "f/7/press 1", "{\"v\": 3}", 0);

            await().atMost(PATIENCE).untilAsserted(() -> {
                BridgeStatus status = host.status("north/good").orElseThrow();
                assertThat(status.received()).isEqualTo(4);
                assertThat(status.values()).isEqualTo(1);
                assertThat(status.deadLetters()).isEqualTo(1);
                assertThat(status.refused()).isEqualTo(2);
                assertThat(status.refusals()).containsEntry("robot-1", "not one of the connection's devices");
                assertThat(topics.read(kafka.topics().deadLetters())).hasSize(3);
            });
            TelemetryBatch batch = TelemetryBatch.parseFrom(
                    topics.read(kafka.topics().telemetry(), PRESS).getFirst().value());
            assertThat(batch.getMetrics(0).getName()).isEqualTo("temperature");
            assertThat(batch.getMetrics(0).getNumber()).isEqualTo(21.5);
            assertThat(reasons(topics.read(kafka.topics().deadLetters())))
                    .anyMatch(reason -> reason.startsWith("expected JSON"))
                    .anyMatch(reason -> reason.equals("device `robot-1`: not one of the connection's devices"))
                    .anyMatch(reason -> reason.startsWith("device `press 1`: expected a name"));
            assertThat(presence(topics, kafka)).containsExactly(true);

            host.stop("north/good", true);
            assertThat(presence(topics, kafka)).containsExactly(true, false);
        }
    }

    @Test
    void losesNothingWhenTheBridgeIsKilledBetweenReceivingAndKafka(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        KafkaSettings nowhere = KafkaSettings.plain("127.0.0.1:9", "");
        try (Mosquitto broker = Mosquitto.start(directory);
                Plant client = Plant.at(broker);
                TestKafka topics = new TestKafka(kafka)) {
            // It receives, and its Kafka never answers: when it ends, nothing was acknowledged.
            try (BridgeHost dying = host(nowhere)) {
                dying.run(config("killed", broker), mapping(), door);
                connected(dying, "north/killed");
                for (int i = 0; i < 50; i++) {
                    publish(client, "f/1/press-1", "{\"v\": " + i + "}", 1);
                }
                await().atMost(PATIENCE)
                        .until(() -> dying.status("north/killed").orElseThrow().received() == 50);
            }

            try (BridgeHost next = host(kafka)) {
                next.run(config("killed", broker), mapping(), door);

                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(values(topics, kafka)).isEqualTo(upTo(50)));
            }
        }
    }

    @Test
    void losesNothingWhenTheBrokerIsKilled(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        try (Mosquitto broker = Mosquitto.start(directory);
                BridgeHost host = host(kafka);
                TestKafka topics = new TestKafka(kafka)) {
            host.run(config("broker", broker), mapping(), door);
            connected(host, "north/broker");
            door.away.set(true);
            try (Plant client = Plant.at(broker)) {
                for (int i = 0; i < 30; i++) {
                    publish(client, "f/1/press-1", "{\"v\": " + i + "}", 1);
                }
            }

            broker.kill();
            await().atMost(PATIENCE)
                    .until(() -> host.status("north/broker").orElseThrow().state() != State.CONNECTED);
            broker.start();
            door.away.set(false);
            connected(host, "north/broker");
            try (Plant client = Plant.at(broker)) {
                for (int i = 30; i < 60; i++) {
                    publish(client, "f/1/press-1", "{\"v\": " + i + "}", 1);
                }
            }

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(values(topics, kafka)).isEqualTo(upTo(60)));
        }
    }

    @Test
    void stopsTakingWhileKafkaIsAwayAndGoesOnWithoutALoss() throws Exception {
        TestBroker server = TestServers.chosen().kafka(directory.resolve("kafka"));
        KafkaSettings kafka = KafkaSettings.plain(server.bootstrap(), "");
        TopicAdmin.ensure(kafka, (short) 1);
        try (Mosquitto broker = Mosquitto.start(directory.resolve("broker"));
                BridgeHost host = host(kafka);
                Plant client = Plant.at(broker)) {
            host.run(config("pressure", broker), mapping(), door);
            connected(host, "north/pressure");
            publish(client, "f/1/press-1", "{\"v\": 0}", 1);
            await().atMost(PATIENCE)
                    .until(() -> host.status("north/pressure").orElseThrow().values() == 1);

            server.kill();
            for (int i = 1; i < 3_000; i++) {
                publish(client, "f/1/press-1", "{\"v\": " + i + "}", 1);
            }
            await().atMost(PATIENCE)
                    .until(() -> host.status("north/pressure").orElseThrow().received() >= 1_000);

            // No more than the broker may send unacknowledged.
            assertThat(host.status("north/pressure").orElseThrow().received()).isLessThanOrEqualTo(1_001);
            assertThat(host.status("north/pressure").orElseThrow().dropped()).isZero();
            server.start();
            try (TestKafka topics = new TestKafka(kafka)) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(values(topics, kafka)).isEqualTo(upTo(3_000)));
                assertThat(firstDeliveries(topics, kafka)).isSorted();
            }
        } finally {
            server.close();
        }
    }

    @Test
    void saysWhyTheBrokerRefusesIt(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        Path passwords = Mosquitto.passwords(directory.resolve("passwords"), "muster", "right");
        try (Mosquitto broker =
                        Mosquitto.start(directory.resolve("a"), "allow_anonymous false", "password_file " + passwords);
                BridgeHost host = host(kafka)) {
            host.run(config("wrong", broker(broker, Optional.empty(), "wrong")), mapping(), door);
            trouble(host, "north/wrong", Problem.CREDENTIALS);

            host.run(config("wrong", broker(broker, Optional.empty(), "right")), mapping(), door);
            connected(host, "north/wrong");
        }
    }

    @Test
    void believesNoBrokerOfAnotherAuthority(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        TestAuthority authority = new TestAuthority();
        GatewayTls server = authority.server();
        Path key = pem("key.pem", "PRIVATE KEY", server.key().getEncoded());
        Path chain = pem("chain.pem", "CERTIFICATE", server.chain().getFirst().getEncoded());
        try (Mosquitto broker = Mosquitto.start(directory.resolve("b"), "certfile " + chain, "keyfile " + key);
                BridgeHost host = host(kafka)) {
            host.run(config("tls", broker(broker, tls(new TestAuthority().certificate()), "")), mapping(), door);
            trouble(host, "north/tls", Problem.CERTIFICATE);
            assertThat(host.status("north/tls").orElseThrow().detail()).contains("certificate");

            host.run(config("tls", broker(broker, tls(authority.certificate()), "")), mapping(), door);
            connected(host, "north/tls");
        }
    }

    @Test
    void dialsNoAddressThatItMustNot(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        Dialer nowhere = (host, port, millis) -> {
            throw new SecurityException("expected an address of an allowed network");
        };
        try (Mosquitto broker = Mosquitto.start(directory);
                BridgeHost host = BridgeHost.start(kafka, "test", nowhere, InstantSource.system())) {
            host.run(config("forbidden", broker), mapping(), door);
            trouble(host, "north/forbidden", Problem.ADDRESS);
        }
    }

    @Test
    void showsWhatLiveTrafficWouldBecomeAndWritesNothing(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        try (Mosquitto broker = Mosquitto.start(directory);
                Plant client = Plant.at(broker);
                TestKafka topics = new TestKafka(kafka)) {
            client.publish("f/7/press-1", "{\"v\": 1}".getBytes(StandardCharsets.UTF_8), 1, true);
            client.publish("f/7/robot", "{}".getBytes(StandardCharsets.UTF_8), 1, true);

            Preview.Result result = Preview.run(
                    config("preview", broker),
                    mapping(),
                    devices -> Map.of(new DeviceId("press-1"), new Preview.Look.Answer("new", "")),
                    BridgeIT::dial,
                    PATIENCE,
                    2,
                    InstantSource.system());

            assertThat(result.problem()).isEqualTo("none");
            assertThat(result.seen())
                    .extracting(Preview.Seen::topic, Preview.Seen::reason)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("f/7/press-1", ""),
                            org.assertj.core.groups.Tuple.tuple("f/7/robot", "expected a value at `$.v`, found none"));
            assertThat(result.seen().stream().flatMap(seen -> seen.would().stream()))
                    .extracting(
                            Preview.Would::device, Preview.Would::verdict, Preview.Would::metric, Preview.Would::value)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("press-1", "new", "temperature", "1"));
            assertThat(topics.read(kafka.topics().telemetry())).isEmpty();
            assertThat(topics.read(kafka.topics().deadLetters())).isEmpty();
        }
    }

    static BridgeHost host(KafkaSettings kafka) {
        return BridgeHost.start(kafka, "test", BridgeIT::dial, InstantSource.system());
    }

    static Socket dial(String host, int port, int millis) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(host, port), millis);
        return socket;
    }

    static TopicMapping mapping() {
        TopicPattern topic = TopicPattern.parse("f/{line}/{device}");
        return new TopicMapping(List.of(new Mapping(
                topic,
                Template.parse("{device}", topic, true),
                Mapping.Format.JSON,
                Optional.empty(),
                Optional.empty(),
                Mapping.Clock.ISO,
                List.of(new Mapping.Value(Template.parse("temperature", topic, true), JsonPath.parse("$.v"), false)))));
    }

    static BridgeConfig config(String name, Mosquitto broker) {
        return config(name, broker(broker, Optional.empty(), ""));
    }

    private static BridgeConfig.Broker broker(Mosquitto broker, Optional<BridgeTls> tls, String password) {
        return new BridgeConfig.Broker(
                tls.isPresent() ? "localhost" : "127.0.0.1",
                broker.port(),
                MqttProtocol.MQTT_5,
                tls,
                password.isEmpty() ? Optional.empty() : Optional.of("muster"),
                password.isEmpty() ? Optional.empty() : Optional.of(password));
    }

    static BridgeConfig config(String name, BridgeConfig.Broker broker) {
        return new BridgeConfig(
                TENANT, name, 1, broker, "muster-north-" + name, 1, Duration.ofDays(1), Duration.ofMinutes(5));
    }

    private static Optional<BridgeTls> tls(X509Certificate authority) throws CertificateEncodingException {
        return Optional.of(new BridgeTls(Optional.of(text("CERTIFICATE", authority.getEncoded())), Optional.empty()));
    }

    private Path pem(String name, String what, byte[] der) throws IOException {
        return Files.writeString(directory.resolve(name), text(what, der));
    }

    private static String text(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + what
                + "-----\n";
    }

    static void publish(MqttClient client, String topic, String payload, int qos) {
        MqttMessage message = new MqttMessage(payload.getBytes(StandardCharsets.UTF_8));
        message.setQos(qos);
        // Paho refuses what is too much at once, and has room a moment later.
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptionsMatching(failure -> failure instanceof MqttException full
                        && full.getReasonCode() == MqttClientException.REASON_CODE_MAX_INFLIGHT)
                .until(() -> {
                    client.publish(topic, message);
                    return true;
                });
    }

    static void connected(BridgeHost host, String key) {
        await().atMost(PATIENCE).until(() -> host.status(key).orElseThrow().state() == State.CONNECTED);
    }

    static void trouble(BridgeHost host, String key, Problem problem) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(host.status(key).orElseThrow())
                .extracting(BridgeStatus::state, BridgeStatus::problem)
                .containsExactly(State.WAITING, problem));
    }

    private static List<Boolean> presence(TestKafka topics, KafkaSettings kafka) {
        return topics.read(kafka.topics().presence(), PRESS).stream()
                .map(record -> Presence.fromJson(record.value()).online())
                .toList();
    }

    private static List<String> reasons(List<ConsumerRecord<byte[], byte[]>> letters) {
        return letters.stream()
                .map(letter -> new String(letter.headers().lastHeader("reason").value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static List<Integer> deliveries(TestKafka topics, KafkaSettings kafka) throws Exception {
        List<Integer> values = new ArrayList<>();
        for (var record : topics.read(kafka.topics().telemetry(), PRESS)) {
            values.add(
                    (int) TelemetryBatch.parseFrom(record.value()).getMetrics(0).getInteger());
        }
        return values;
    }

    static List<Integer> values(TestKafka topics, KafkaSettings kafka) throws Exception {
        return List.copyOf(new TreeSet<>(deliveries(topics, kafka)));
    }

    private static List<Integer> firstDeliveries(TestKafka topics, KafkaSettings kafka) throws Exception {
        return deliveries(topics, kafka).stream().distinct().toList();
    }

    static List<Integer> upTo(int count) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(i);
        }
        return all;
    }
}
