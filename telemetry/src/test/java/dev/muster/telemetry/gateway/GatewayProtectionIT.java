package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.command.Command;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.kafka.SessionClaim;
import dev.muster.protocol.kafka.TelemetryQuota;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.telemetry.fixture.MqttTestClient;
import dev.muster.telemetry.fixture.MqttTestClient.Packet;
import dev.muster.telemetry.fixture.Servers;
import dev.muster.telemetry.fixture.TestAuthority;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.kafka.KafkaSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a gateway does about devices that send too much, too large, too slowly, or do not listen. */
@ExtendWith(Servers.Extension.class)
class GatewayProtectionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final DeviceRef PUMP = DeviceRef.of("east", "pump-1");
    private static final DeviceRef DRILL = DeviceRef.of("east", "drill-1");
    /** Of one message a second: what a burst allows. */
    private static final int BURST = 10;

    private static final int QUOTA_EXCEEDED = 0x97;

    private final TestAuthority authority = new TestAuthority();
    private final KafkaSettings kafka;
    private final TestKafka topics;
    private final List<AutoCloseable> opened = new ArrayList<>();

    GatewayProtectionIT(Servers servers) {
        this.kafka = servers.newTopics();
        this.topics = new TestKafka(kafka);
        topics.active(PUMP, DRILL);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        topics.close();
    }

    private Gateway start(GatewayLimits limits) {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Gateway started =
                Gateway.start(GatewayConfig.of(kafka, "gateway-p", loopback).withLimits(limits), authority.server());
        opened.add(started);
        await().atMost(PATIENCE).until(() -> started.health().ready());
        return started;
    }

    private MqttTestClient connected(Gateway gateway, DeviceRef device) {
        return keep(MqttTestClient.connected(gateway.address(), authority, device));
    }

    private MqttTestClient keep(MqttTestClient client) {
        opened.add(client);
        return client;
    }

    private static long meter(Gateway gateway, String name) {
        return gateway.meters().stream()
                .filter(meter -> meter.name().equals("gateway." + name))
                .mapToLong(meter -> meter.value().getAsLong())
                .sum();
    }

    @Test
    void refusesWhatIsBeyondADevicesQuotaInItsTurnAndTellsItOnce() {
        Gateway gateway = start(GatewayLimits.DEFAULT.withQuotas(new Quota(1, 0), Quota.NONE));
        MqttTestClient device = connected(gateway, PUMP);
        List<Integer> sent = new ArrayList<>();

        device.together(() -> {
            for (int i = 1; i <= BURST + 20; i++) {
                sent.add(device.telemetry(1, i, "m", i, i));
            }
        });

        List<Packet> answers = new ArrayList<>();
        sent.forEach(packetId -> answers.add(device.expect(MqttTestClient.PUBACK)));
        assertThat(answers).extracting(Packet::packetId).isEqualTo(sent);
        assertThat(answers.subList(0, BURST)).extracting(Packet::reason).containsOnly(0);
        assertThat(answers.getLast().reason()).isEqualTo(QUOTA_EXCEEDED);
        long refused = answers.stream()
                .filter(answer -> answer.reason() == QUOTA_EXCEEDED)
                .count();
        assertThat(topics.read(kafka.topics().telemetry(), PUMP)).hasSize((int) (sent.size() - refused));
        assertThat(meter(gateway, "over-quota")).isEqualTo(refused);
        assertThat(topics.read(kafka.topics().events(), PUMP)).singleElement().satisfies(event -> assertThat(
                        new String(event.value(), StandardCharsets.UTF_8))
                .contains("security.quota-exceeded", "\"device\""));
    }

    @Test
    void dividesATenantsQuotaAmongItsDevices() {
        Gateway gateway = start(GatewayLimits.DEFAULT.withQuotas(Quota.NONE, new Quota(1, 0)));
        DeviceRef elsewhere = DeviceRef.of("west", "pump-1");
        topics.active(elsewhere);
        MqttTestClient pump = connected(gateway, PUMP);
        MqttTestClient drill = connected(gateway, DRILL);
        MqttTestClient other = keep(MqttTestClient.connected(gateway.address(), authority, elsewhere));
        pump.together(() -> {
            for (int i = 1; i <= BURST + 5; i++) {
                pump.telemetry(1, i, "m", i, i);
            }
        });
        for (int i = 1; i <= BURST + 5; i++) {
            pump.expect(MqttTestClient.PUBACK);
        }

        drill.together(() -> {
            for (int i = 1; i <= BURST; i++) {
                drill.telemetry(1, i, "m", i, i);
            }
        });

        List<Integer> reasons = new ArrayList<>();
        for (int i = 1; i <= BURST; i++) {
            reasons.add(drill.expect(MqttTestClient.PUBACK).reason());
        }
        assertThat(reasons).contains(QUOTA_EXCEEDED);
        other.telemetry(1, 1, "m", 1, 1);
        assertThat(other.expect(MqttTestClient.PUBACK).reason()).isZero();
    }

    @Test
    void keepsTheQuotaThatWasSaidOfATenantAndTheUsualOneForOthers() {
        topics.quota(PUMP.tenant().value(), new TelemetryQuota(Optional.of(1L), Optional.empty()), 2);
        DeviceRef elsewhere = DeviceRef.of("west", "pump-1");
        topics.active(elsewhere);
        Gateway gateway = start(GatewayLimits.DEFAULT.withQuotas(Quota.NONE, new Quota(1_000, 0)));
        MqttTestClient pump = connected(gateway, PUMP);
        MqttTestClient other = keep(MqttTestClient.connected(gateway.address(), authority, elsewhere));

        assertThat(reasonsOf(pump, BURST + 5)).contains(QUOTA_EXCEEDED);
        assertThat(reasonsOf(other, BURST + 5)).containsOnly(0);
    }

    @Test
    void aQuotaThatIsSaidAnewCountsForDevicesThatAreHere() {
        Gateway gateway = start(GatewayLimits.DEFAULT);
        MqttTestClient pump = connected(gateway, PUMP);
        assertThat(reasonsOf(pump, BURST + 5)).containsOnly(0);

        topics.quota(PUMP.tenant().value(), new TelemetryQuota(Optional.of(1L), Optional.empty()), 2);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(reasonsOf(pump, BURST + 5)).contains(QUOTA_EXCEEDED));

        // An older word, and then a newer one that says nothing of quotas.
        topics.tenant(PUMP.tenant().value(), DeviceState.Status.ACTIVE, 1);
        topics.tenant(PUMP.tenant().value(), DeviceState.Status.ACTIVE, 3);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(reasonsOf(pump, BURST + 5)).containsOnly(0));
    }

    /** What a device is answered that sends so many messages at once. */
    private static List<Integer> reasonsOf(MqttTestClient device, int messages) {
        device.together(() -> {
            for (int i = 1; i <= messages; i++) {
                device.telemetry(1, i, "m", i, i);
            }
        });
        List<Integer> reasons = new ArrayList<>();
        for (int i = 1; i <= messages; i++) {
            reasons.add(device.expect(MqttTestClient.PUBACK).reason());
        }
        return reasons;
    }

    @Test
    void countsBytesAsWellAsMessages() {
        Gateway gateway = start(GatewayLimits.DEFAULT.withQuotas(new Quota(0, 100), Quota.NONE));
        MqttTestClient device = connected(gateway, PUMP);

        device.publish(new MqttTopic.Event().of(PUMP), "x".repeat(2_000), 1, Map.of());

        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isEqualTo(QUOTA_EXCEEDED);
        device.telemetry(1, 1, "m", 1, 1);
        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isZero();
    }

    @Test
    void knowsATopicByItsAlias() {
        MqttTestClient device = connected(start(GatewayLimits.DEFAULT), PUMP);
        String event = "{\"kind\":\"test\",\"at\":\"2026-01-01T00:00:00Z\"}";

        device.publishByAlias(3, new MqttTopic.Event().of(PUMP), event);
        device.publishByAlias(3, "", event);

        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isZero();
        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isZero();
        assertThat(topics.read(kafka.topics().events(), PUMP)).hasSize(2);
        device.publishByAlias(4, "", event);
        assertThat(device.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x82);
    }

    @Test
    void refusesAnAliasBeyondTheMaximum() {
        MqttTestClient device = connected(start(GatewayLimits.DEFAULT), PUMP);

        device.publishByAlias(TopicAliases.MAXIMUM + 1, new MqttTopic.Event().of(PUMP), "{}");

        assertThat(device.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x94);
    }

    @Test
    void endsADeviceThatSendsMoreThanItsReceiveMaximum() {
        MqttTestClient device = connected(start(GatewayLimits.DEFAULT.withReceiveMaximum(2)), PUMP);

        device.together(() -> {
            for (int i = 1; i <= 3; i++) {
                device.telemetry(1, i, "m", i, i);
            }
        });

        assertThat(device.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x93);
    }

    @Test
    void sendsOneAtATimeToADeviceThatTakesOne() {
        Gateway gateway = start(GatewayLimits.DEFAULT);
        MqttTestClient device = keep(MqttTestClient.open(gateway.address(), authority.device(PUMP), PUMP));
        device.sendConnect(60, new byte[] {0x21, 0, 1}); // receive maximum 1
        assertThat(device.expect(MqttTestClient.CONNACK).reason()).isZero();
        Packet hint = device.expect(MqttTestClient.PUBLISH);
        topics.send(kafka.topics().down(), PUMP, command("c-1"));
        device.ping();
        assertThat(device.next().type()).isEqualTo(MqttTestClient.PINGRESP);

        device.ack(hint.packetId());

        assertThat(device.expect(MqttTestClient.PUBLISH).topic()).endsWith("/command");
    }

    @Test
    void sendsNothingLargerThanADeviceTakes() {
        Gateway gateway = start(GatewayLimits.DEFAULT);
        MqttTestClient device = keep(MqttTestClient.open(gateway.address(), authority.device(PUMP), PUMP));
        device.sendConnect(60, new byte[] {0x27, 0, 0, 0, 100}); // maximum packet size
        assertThat(device.expect(MqttTestClient.CONNACK).reason()).isZero();
        assertThat(device.next().topic()).endsWith("/desired");

        topics.send(kafka.topics().down(), PUMP, command("c-".repeat(60)));
        topics.state(PUMP, dev.muster.protocol.kafka.DeviceState.Status.ACTIVE, 9, 2);

        assertThat(device.next().payload()).isEqualTo("{\"generation\":9}");
    }

    private static byte[] command(String id) {
        return new DownMessage.Run(new Command(id, "refresh", Map.of(), Instant.parse("2030-01-01T00:00:00Z")))
                .toJson();
    }

    @Test
    void stopsReadingWhileKafkaHasEnoughAndAnswersAllInTheEnd() {
        Gateway gateway = start(GatewayLimits.DEFAULT.withInFlightBytes(1_000));
        MqttTestClient device = connected(gateway, PUMP);
        List<Integer> sent = new ArrayList<>();

        device.together(() -> {
            for (int i = 1; i <= 200; i++) {
                sent.add(device.telemetry(1, i, "m", i, i));
            }
        });

        List<Integer> answered = new ArrayList<>();
        sent.forEach(
                packetId -> answered.add(device.expect(MqttTestClient.PUBACK).packetId()));
        assertThat(answered).isEqualTo(sent);
        assertThat(meter(gateway, "pauses")).isPositive();
    }

    @Test
    void endsADeviceThatDoesNotReadItsAnswers() throws Exception {
        Gateway gateway = start(GatewayLimits.DEFAULT);
        MqttTestClient neighbour = connected(gateway, DRILL);
        try (SSLSocket deaf = (SSLSocket) authority
                .device(PUMP)
                .getSocketFactory()
                .createSocket(gateway.address().getAddress(), gateway.address().getPort())) {
            OutputStream out = deaf.getOutputStream();
            out.write(new byte[] {0x10, 15, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 1, 0, 0, 2, 'p', '1'});
            byte[] pings = new byte[8_192];
            for (int i = 0; i < pings.length; i += 2) {
                pings[i] = (byte) 0xC0;
            }
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        out.write(pings);
                    }
                } catch (IOException e) {
                    // the gateway ended it
                }
            });

            sender.join(PATIENCE);

            assertThat(sender.isAlive()).isFalse();
        }
        neighbour.ping();
        assertThat(neighbour.expect(MqttTestClient.PINGRESP)).isNotNull();
    }

    @Test
    void doesNotWaitForADeviceThatDribblesItsConnect() throws Exception {
        Gateway gateway = start(GatewayLimits.DEFAULT.withConnectTimeout(Duration.ofMillis(800)));
        MqttTestClient slow = keep(MqttTestClient.open(gateway.address(), authority.device(PUMP), PUMP));
        int[] connect = {0x10, 15, 0, 4, 'M', 'Q', 'T', 'T', 5};

        for (int part : connect) {
            slow.raw(part);
        }

        assertThat(slow.next().type()).isEqualTo(MqttTestClient.END);
    }

    @Test
    void tellsTheEndOfSessionsWhoseGatewayDied() {
        topics.beat("gateway-dead");
        topics.send(
                kafka.topics().sessions(),
                DRILL,
                new SessionClaim("gateway-dead", "c", Instant.parse("2026-01-01T00:00:00Z")).toJson());

        start(GatewayLimits.DEFAULT.withBeat(Duration.ofMillis(200)));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(topics.read(kafka.topics().presence(), DRILL))
                        .singleElement()
                        .satisfies(record -> {
                            Presence told = Presence.fromJson(record.value());
                            assertThat(told.online()).isFalse();
                            assertThat(told.reason()).isEqualTo("gateway lost");
                        }));
    }
}
