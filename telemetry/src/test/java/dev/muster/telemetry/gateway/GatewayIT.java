package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.command.Command;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.kafka.SessionClaim;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.telemetry.fixture.MqttTestClient;
import dev.muster.telemetry.fixture.MqttTestClient.Packet;
import dev.muster.telemetry.fixture.Servers;
import dev.muster.telemetry.fixture.TestAuthority;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.record.TelemetryBatch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.tahu.protobuf.SparkplugBProto;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A gateway between devices on the wire and a real Kafka. */
@ExtendWith(Servers.Extension.class)
class GatewayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final DeviceRef CRUSHER = DeviceRef.of("north", "crusher-1");
    private static final DeviceRef CAMERA = DeviceRef.of("north", "camera-7");

    private final TestAuthority authority = new TestAuthority();
    private final KafkaSettings kafka;
    private final TestKafka topics;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Gateway gateway;

    GatewayIT(Servers servers) {
        this.kafka = servers.newTopics();
        this.topics = new TestKafka(kafka);
        topics.active(CRUSHER, CAMERA);
        this.gateway = start("gateway-a", GatewayLimits.DEFAULT);
    }

    @BeforeEach
    void ready() {
        await().atMost(PATIENCE).until(() -> gateway.health().ready());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        topics.close();
    }

    private Gateway start(String instance, GatewayLimits limits) {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Gateway started =
                Gateway.start(GatewayConfig.of(kafka, instance, loopback).withLimits(limits), authority.server());
        opened.add(started);
        return started;
    }

    private MqttTestClient connected(DeviceRef device) {
        return keep(MqttTestClient.connected(gateway.address(), authority, device));
    }

    private MqttTestClient keep(MqttTestClient client) {
        opened.add(client);
        return client;
    }

    @Test
    void acknowledgesTelemetryWhenKafkaHasIt() throws Exception {
        MqttTestClient device = connected(CRUSHER);

        int packetId = device.telemetry(3, 17, "cpu.load", 1_700_000_000_000L, 0.5);

        assertThat(device.expect(MqttTestClient.PUBACK).packetId()).isEqualTo(packetId);
        var records = topics.read(kafka.topics().telemetry(), CRUSHER);
        assertThat(records).hasSize(1);
        TelemetryBatch batch = TelemetryBatch.parseFrom(records.get(0).value());
        assertThat(batch.getTenant()).isEqualTo("north");
        assertThat(batch.getDevice()).isEqualTo("crusher-1");
        assertThat(batch.getBoot()).isEqualTo(3);
        assertThat(batch.getSeq()).isEqualTo(17);
        assertThat(batch.getMetrics(0).getName()).isEqualTo("cpu.load");
        assertThat(batch.getMetrics(0).getNumber()).isEqualTo(0.5);
    }

    @Test
    void answersInTheOrderOfReceiptAcrossTopics() {
        MqttTestClient device = connected(CRUSHER);
        List<Integer> sent = new ArrayList<>();

        for (int i = 0; i < 60; i++) {
            sent.add(
                    i % 3 == 0
                            ? device.publish(
                                    new MqttTopic.Event().of(CRUSHER),
                                    "{\"kind\":\"test\",\"at\":\"2026-01-01T00:00:00Z\"}",
                                    1,
                                    Map.of())
                            : i % 3 == 1
                                    ? device.publish(new MqttTopic.Reported().of(CRUSHER), "not json", 1, Map.of())
                                    : device.telemetry(1, i + 1, "m", i, i));
        }

        List<Integer> answered = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            answered.add(device.expect(MqttTestClient.PUBACK).packetId());
        }
        assertThat(answered).isEqualTo(sent);
    }

    @Test
    void tellsTheGenerationOnConnectAndWhenItGrows() {
        topics.state(CRUSHER, DeviceState.Status.ACTIVE, 7, 2);
        await().atMost(PATIENCE).untilAsserted(() -> {
            try (MqttTestClient probe = MqttTestClient.connected(gateway.address(), authority, CRUSHER)) {
                assertThat(probe.expect(MqttTestClient.PUBLISH).payload()).isEqualTo("{\"generation\":7}");
            }
        });
        MqttTestClient device = connected(CRUSHER);
        Packet first = device.expect(MqttTestClient.PUBLISH);
        device.ack(first.packetId());

        topics.send(kafka.topics().down(), CRUSHER, new DownMessage.Desired(new DesiredHint(8)).toJson());

        assertThat(first.topic()).isEqualTo("muster/1/north/crusher-1/desired");
        assertThat(device.expect(MqttTestClient.PUBLISH).payload()).isEqualTo("{\"generation\":8}");
    }

    @Test
    void handsCommandsOnlyToTheDeviceTheyAreFor() {
        MqttTestClient crusher = connected(CRUSHER);
        MqttTestClient camera = connected(CAMERA);
        crusher.expect(MqttTestClient.PUBLISH);
        camera.expect(MqttTestClient.PUBLISH);
        Command command = new Command("c-1", "refresh", Map.of(), Instant.parse("2030-01-01T00:00:00Z"));

        topics.send(kafka.topics().down(), CRUSHER, new DownMessage.Run(command).toJson());

        Packet received = crusher.expect(MqttTestClient.PUBLISH);
        assertThat(received.topic()).isEqualTo("muster/1/north/crusher-1/command");
        assertThat(Command.fromJson(received.payload().getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(command);
        camera.ping();
        assertThat(camera.next().type()).isEqualTo(MqttTestClient.PINGRESP);
    }

    @Test
    void movesASessionToTheGatewayThatClaimedItLast() {
        Gateway other = start("gateway-b", GatewayLimits.DEFAULT);
        await().atMost(PATIENCE).until(() -> other.health().ready());
        MqttTestClient before = connected(CRUSHER);

        MqttTestClient after = keep(MqttTestClient.connected(other.address(), authority, CRUSHER));

        Packet farewell = before.expect(MqttTestClient.DISCONNECT);
        assertThat(farewell.reason()).isEqualTo(0x8E);
        assertThat(before.next().type()).isEqualTo(MqttTestClient.END);
        int packetId = after.telemetry(1, 1, "m", 1, 1);
        assertThat(after.expect(MqttTestClient.PUBACK).packetId()).isEqualTo(packetId);
        assertThat(lastPresence(CRUSHER).gateway()).isEqualTo("gateway-b");
        assertThat(lastPresence(CRUSHER).online()).isTrue();
    }

    @Test
    void keepsOnlyTheNewestOfTwoSessionsOnOneGateway() {
        MqttTestClient before = connected(CRUSHER);

        connected(CRUSHER);

        assertThat(before.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x8E);
    }

    @Test
    void cutsASuspendedDeviceAndKeepsItOut() {
        MqttTestClient device = connected(CRUSHER);

        topics.state(CRUSHER, DeviceState.Status.SUSPENDED, 1, 2);

        assertThat(device.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x98);
        MqttTestClient again = keep(MqttTestClient.connect(gateway.address(), authority, CRUSHER));
        assertThat(again.expect(MqttTestClient.CONNACK).reason()).isEqualTo(0x87);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lastPresence(CRUSHER).reason()).isEqualTo("not active"));
    }

    @Test
    void cutsAllDevicesOfASuspendedTenantAndNoOthers() {
        DeviceRef neighbour = DeviceRef.of("north-2", "crusher-1");
        topics.active(neighbour);
        MqttTestClient crusher = connected(CRUSHER);
        MqttTestClient camera = connected(CAMERA);
        MqttTestClient other = connected(neighbour);

        topics.tenant("north", DeviceState.Status.SUSPENDED, 2);

        assertThat(crusher.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x98);
        assertThat(camera.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x98);
        MqttTestClient again = keep(MqttTestClient.connect(gateway.address(), authority, CRUSHER));
        assertThat(again.expect(MqttTestClient.CONNACK).reason()).isEqualTo(0x87);
        other.ping();
        assertThat(other.expect(MqttTestClient.PINGRESP)).isNotNull();

        topics.tenant("north", DeviceState.Status.ACTIVE, 3);

        await().atMost(PATIENCE).untilAsserted(() -> {
            MqttTestClient back = keep(MqttTestClient.connect(gateway.address(), authority, CRUSHER));
            assertThat(back.expect(MqttTestClient.CONNACK).reason()).isZero();
        });
    }

    @Test
    void refusesTheSameTopicsInAnotherTenant() {
        DeviceRef neighbour = DeviceRef.of("south", "crusher-1");
        topics.active(neighbour);
        connected(neighbour);
        MqttTestClient device = connected(CRUSHER);

        device.publish(
                new MqttTopic.Event().of(neighbour), "{\"kind\":\"x\",\"at\":\"2026-01-01T00:00:00Z\"}", 1, Map.of());
        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isEqualTo(0x87);
        device.subscribe(
                new MqttTopic.Desired().of(neighbour),
                new MqttTopic.Desired().of(CRUSHER).replace("north", "+"));
        Packet answer = device.expect(MqttTestClient.SUBACK);

        assertThat(List.of(answer.at(3), answer.at(4))).containsOnly(0x87);
        assertThat(topics.read(kafka.topics().events(), neighbour)).isEmpty();
    }

    @Test
    void refusesADeviceThatNobodyKnows() {
        MqttTestClient stranger =
                keep(MqttTestClient.connect(gateway.address(), authority, DeviceRef.of("north", "stranger")));

        assertThat(stranger.expect(MqttTestClient.CONNACK).reason()).isEqualTo(0x87);
        assertThat(stranger.next().type()).isEqualTo(MqttTestClient.END);
    }

    @Test
    void believesOnlyTheAuthoritiesItWasGivenLast() {
        TestAuthority next = new TestAuthority();
        GatewayTls server = authority.server();
        MqttTestClient present = connected(CAMERA);

        gateway.renewTls(new GatewayTls(server.key(), server.chain(), List.of(next.certificate())));

        MqttTestClient former = keep(MqttTestClient.open(gateway.address(), authority.device(CRUSHER), CRUSHER));
        assertThat(former.next().type()).isEqualTo(MqttTestClient.END);
        MqttTestClient device =
                keep(MqttTestClient.open(gateway.address(), next.device(CRUSHER, authority.certificate()), CRUSHER));
        device.sendConnect(60);
        assertThat(device.expect(MqttTestClient.CONNACK).reason()).isZero();
        present.ping();
        assertThat(present.expect(MqttTestClient.PINGRESP)).isNotNull();
    }

    @Test
    void refusesTopicsOfOthersAndTellsTheAuditTrail() {
        MqttTestClient device = connected(CRUSHER);

        device.publish(new MqttTopic.Reported().of(CAMERA), "{\"generation\":1}", 1, Map.of());

        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isEqualTo(0x87);
        assertThat(topics.read(kafka.topics().reported())).isEmpty();
        assertThat(topics.read(kafka.topics().events(), CRUSHER))
                .singleElement()
                .satisfies(record -> assertThat(new String(record.value(), StandardCharsets.UTF_8))
                        .contains("security.foreign-topic", "camera-7"));
        device.publish(new MqttTopic.Reported().of(CAMERA), "{\"generation\":1}", 0, Map.of());
        assertThat(device.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x87);
    }

    @Test
    void putsUnreadableTelemetryAsideAndSaysSo() {
        MqttTestClient device = connected(CRUSHER);

        device.publish(
                new MqttTopic.Telemetry(MqttTopic.Format.JSON).of(CRUSHER), "{\"metrics\":[{\"at\":1}]}", 1, Map.of());

        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isEqualTo(0x99);
        assertThat(topics.read(kafka.topics().deadLetters(), CRUSHER))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(new String(letter.value(), StandardCharsets.UTF_8))
                            .isEqualTo("{\"metrics\":[{\"at\":1}]}");
                    assertThat(new String(letter.headers().lastHeader("reason").value(), StandardCharsets.UTF_8))
                            .contains("metrics[0]");
                    assertThat(new String(letter.headers().lastHeader("topic").value(), StandardCharsets.UTF_8))
                            .endsWith("/telemetry/json");
                });
        device.telemetry(1, 1, "m", 1, 1);
        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isZero();
    }

    @Test
    void whatIsSentAsSenmlOrSparkplugIsTheSameRecordOnKafka() throws Exception {
        MqttTestClient device = connected(CRUSHER);
        byte[] sparkplug = SparkplugBProto.Payload.newBuilder()
                .addMetrics(SparkplugBProto.Payload.Metric.newBuilder()
                        .setName("pressure")
                        .setTimestamp(1_700_000_000_000L)
                        .setDatatype(SparkplugBProto.DataType.Double_VALUE)
                        .setDoubleValue(2.5))
                .build()
                .toByteArray();
        Map<String, String> position = Map.of("boot", "3", "seq", "1");

        device.publish(
                new MqttTopic.Telemetry(MqttTopic.Format.SENML).of(CRUSHER),
                "[{\"n\":\"pressure\",\"bt\":1700000000,\"u\":\"Pa\",\"v\":2.5}]",
                1,
                position);
        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isZero();
        device.publish(new MqttTopic.Telemetry(MqttTopic.Format.SPARKPLUG).of(CRUSHER), sparkplug, 1, position);
        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isZero();
        device.publish(new MqttTopic.Telemetry(MqttTopic.Format.SPARKPLUG).of(CRUSHER), "no", 1, position);
        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isEqualTo(0x99);

        var records = topics.read(kafka.topics().telemetry(), CRUSHER);
        assertThat(records).hasSize(2);
        TelemetryBatch senml = TelemetryBatch.parseFrom(records.get(0).value());
        assertThat(senml.getMetrics(0).getAtMs()).isEqualTo(1_700_000_000_000L);
        assertThat(senml.getMetrics(0).getNumber()).isEqualTo(2.5);
        assertThat(TelemetryBatch.parseFrom(records.get(1).value()).getMetricsList())
                .isEqualTo(senml.getMetricsList());
        assertThat(topics.read(kafka.topics().deadLetters(), CRUSHER)).hasSize(1);
    }

    @Test
    void grantsOnlyOwnTopicsOnSubscribe() {
        MqttTestClient device = connected(CRUSHER);

        device.subscribe(
                new MqttTopic.Desired().of(CRUSHER),
                new MqttTopic.Desired().of(CAMERA),
                "muster/1/north/+/command",
                "#");

        Packet answer = device.expect(MqttTestClient.SUBACK);
        assertThat(List.of(answer.at(3), answer.at(4), answer.at(5), answer.at(6)))
                .containsExactly(1, 0x87, 0x87, 0x87);
    }

    @Test
    void closesOnMalformedPacketsAndServesOthers() {
        MqttTestClient good = connected(CAMERA);
        MqttTestClient bad = connected(CRUSHER);

        bad.raw(0x36, 0x02, 0x00, 0x00); // QoS 3

        assertThat(bad.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x81);
        good.telemetry(1, 1, "m", 1, 1);
        assertThat(good.expect(MqttTestClient.PUBACK).reason()).isZero();
    }

    @Test
    void closesOnAPacketBeyondTheLimit() {
        MqttTestClient device = connected(CRUSHER);

        device.raw(0x32, 0xFF, 0xFF, 0x7F, 0, 1, 'a', 0, 1, 0); // 2 MiB announced

        assertThat(device.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x95);
    }

    @Test
    void closesAConnectionThatNeverSaysConnect() throws Exception {
        Gateway hasty = start("gateway-c", GatewayLimits.DEFAULT.withConnectTimeout(Duration.ofMillis(500)));

        MqttTestClient silent = keep(MqttTestClient.open(hasty.address(), authority.device(CRUSHER), CRUSHER));
        try (Socket noTls =
                new Socket(hasty.address().getAddress(), hasty.address().getPort())) {
            assertThat(noTls.getInputStream().read()).isNegative();
        }

        assertThat(silent.next().type()).isEqualTo(MqttTestClient.END);
    }

    @Test
    void dropsADeviceThatFellSilent() {
        MqttTestClient device = keep(MqttTestClient.open(gateway.address(), authority.device(CRUSHER), CRUSHER));
        device.sendConnect(1);
        assertThat(device.expect(MqttTestClient.CONNACK).reason()).isZero();

        assertThat(device.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x8D);
    }

    @Test
    void tellsPresenceWithTheEpochOfTheSession() {
        MqttTestClient device = connected(CRUSHER);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lastPresence(CRUSHER).online()).isTrue());
        Presence online = lastPresence(CRUSHER);

        device.disconnect();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lastPresence(CRUSHER)).satisfies(presence -> {
                    assertThat(presence.online()).isFalse();
                    assertThat(presence.epoch()).isEqualTo(online.epoch());
                    assertThat(presence.reason()).isEqualTo("disconnected");
                }));
    }

    @Test
    void saysGoodbyeWhenItClosesAndAcknowledgesWhatCameBefore() {
        MqttTestClient device = connected(CRUSHER);
        int last = 0;
        for (int i = 1; i <= 100; i++) {
            last = device.telemetry(1, i, "m", i, i);
        }
        int answered = device.expect(MqttTestClient.PUBACK).packetId();

        gateway.close();

        List<Integer> reasons = new ArrayList<>();
        for (Packet packet = device.next(); packet.type() != MqttTestClient.END; packet = device.next()) {
            if (packet.type() == MqttTestClient.PUBACK) {
                answered = packet.packetId();
            } else if (packet.type() == MqttTestClient.DISCONNECT) {
                reasons.add(packet.reason());
            }
        }
        assertThat(reasons).containsExactly(0x8B);
        assertThat(topics.read(kafka.topics().telemetry(), CRUSHER)).hasSizeGreaterThanOrEqualTo(answered);
        assertThat(answered).isPositive().isLessThanOrEqualTo(last);
        assertThat(lastPresence(CRUSHER).reason()).isEqualTo("gateway closing");
    }

    @Test
    void endsTheSessionsThatAnEarlierLifeLeftBehind() {
        topics.send(
                kafka.topics().sessions(),
                CAMERA,
                new SessionClaim("gateway-d", "earlier", Instant.parse("2026-01-01T00:00:00Z")).toJson());

        Gateway reborn = start("gateway-d", GatewayLimits.DEFAULT);
        await().atMost(PATIENCE).until(() -> reborn.health().ready());

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lastPresence(CAMERA)).satisfies(presence -> {
                    assertThat(presence.online()).isFalse();
                    assertThat(presence.reason()).isEqualTo("gateway restarted");
                }));
    }

    private Presence lastPresence(DeviceRef device) {
        var records = topics.read(kafka.topics().presence(), device);
        assertThat(records).isNotEmpty();
        return Presence.fromJson(records.get(records.size() - 1).value());
    }
}
