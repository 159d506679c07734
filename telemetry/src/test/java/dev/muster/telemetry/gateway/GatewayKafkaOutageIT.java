package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.standalone.testing.TestBroker;
import dev.muster.standalone.testing.TestServers;
import dev.muster.telemetry.fixture.MqttTestClient;
import dev.muster.telemetry.fixture.MqttTestClient.Packet;
import dev.muster.telemetry.fixture.TestAuthority;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.kafka.TopicAdmin;
import dev.muster.telemetry.record.TelemetryBatch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka is killed while devices send: nothing is acknowledged that is lost, and nothing waits that need not. */
class GatewayKafkaOutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final DeviceRef SENDER = DeviceRef.of("north", "crusher-1");
    private static final DeviceRef BYSTANDER = DeviceRef.of("north", "camera-7");

    @TempDir
    Path directory;

    private final TestAuthority authority = new TestAuthority();

    @Test
    void keepsOrderAndLosesNothingWhileKafkaIsAway() throws Exception {
        TestBroker broker = TestServers.chosen().kafka(directory.resolve("kafka"));
        KafkaSettings kafka = KafkaSettings.plain(broker.bootstrap(), "");
        TopicAdmin.ensure(kafka, (short) 1);
        try (TestKafka topics = new TestKafka(kafka)) {
            topics.active(SENDER, BYSTANDER);
        }
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        GatewayLimits limits = GatewayLimits.DEFAULT.withAckTimeout(Duration.ofSeconds(3));
        try (Gateway gateway =
                Gateway.start(GatewayConfig.of(kafka, "gateway-a", loopback).withLimits(limits), authority.server())) {
            await().atMost(PATIENCE).until(() -> gateway.health().ready());
            MqttTestClient sender = MqttTestClient.connected(gateway.address(), authority, SENDER);
            try (MqttTestClient bystander = MqttTestClient.connected(gateway.address(), authority, BYSTANDER)) {
                for (int seq = 1; seq <= 20; seq++) {
                    sender.telemetry(1, seq, "m", seq, seq);
                }
                for (int seq = 1; seq <= 20; seq++) {
                    sender.expect(MqttTestClient.PUBACK);
                }

                broker.kill();
                for (int seq = 21; seq <= 60; seq++) {
                    sender.telemetry(1, seq, "m", seq, seq);
                }

                bystander.ping();
                assertThat(bystander.expect(MqttTestClient.PINGRESP)).isNotNull();
                List<Packet> meanwhile = untilEnd(sender);
                assertThat(meanwhile).noneMatch(packet -> packet.type() == MqttTestClient.PUBACK);
                assertThat(meanwhile)
                        .filteredOn(packet -> packet.type() == MqttTestClient.DISCONNECT)
                        .extracting(Packet::reason)
                        .containsExactly(0x89);
                bystander.ping();
                assertThat(bystander.expect(MqttTestClient.PINGRESP)).isNotNull();
            } finally {
                sender.close();
            }

            broker.start();

            MqttTestClient again = reconnected(gateway);
            for (int seq = 21; seq <= 100; seq++) {
                again.telemetry(1, seq, "m", seq, seq);
            }
            for (int seq = 21; seq <= 100; seq++) {
                assertThat(again.expect(MqttTestClient.PUBACK).reason()).isZero();
            }
            again.close();
            assertThat(firstDeliveries(kafka)).containsExactlyElementsOf(upTo(100));
        } finally {
            broker.close();
        }
    }

    /** As a device does: tries until it is let in. */
    private MqttTestClient reconnected(Gateway gateway) {
        List<MqttTestClient> last = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            MqttTestClient client = MqttTestClient.connect(gateway.address(), authority, SENDER);
            if (client.expect(MqttTestClient.CONNACK).reason() == 0) {
                last.add(client);
                return true;
            }
            client.close();
            return false;
        });
        return last.get(0);
    }

    private static List<Packet> untilEnd(MqttTestClient client) {
        List<Packet> packets = new ArrayList<>();
        Packet packet = client.next();
        while (packet.type() != MqttTestClient.END) {
            packets.add(packet);
            packet = client.next();
        }
        return packets;
    }

    private static Set<Long> firstDeliveries(KafkaSettings kafka) throws Exception {
        Set<Long> order = new LinkedHashSet<>();
        try (TestKafka topics = new TestKafka(kafka)) {
            for (var record : topics.read(kafka.topics().telemetry(), SENDER)) {
                order.add(TelemetryBatch.parseFrom(record.value()).getSeq());
            }
        }
        return order;
    }

    private static List<Long> upTo(long last) {
        List<Long> all = new ArrayList<>();
        for (long seq = 1; seq <= last; seq++) {
            all.add(seq);
        }
        return all;
    }
}
