package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.Presence;
import dev.muster.telemetry.fixture.MqttTestClient;
import dev.muster.telemetry.fixture.MqttTestClient.Packet;
import dev.muster.telemetry.fixture.Servers;
import dev.muster.telemetry.fixture.TestAuthority;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.record.TelemetryBatch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A gateway that is stopped while its devices work, and another that stays. */
@ExtendWith(Servers.Extension.class)
class GatewayDrainIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** So long that none but the first can be meant before a test is over. */
    private static final Duration FOR_EVER = Duration.ofHours(4);

    private static final int SERVER_SHUTTING_DOWN = 0x8B;
    private static final int DEVICES = 6;
    private static final int MESSAGES = 40;

    private final TestAuthority authority = new TestAuthority();
    private final KafkaSettings kafka;
    private final TestKafka topics;
    private final List<DeviceRef> devices = IntStream.range(0, DEVICES)
            .mapToObj(i -> DeviceRef.of("north", "drill-" + i))
            .toList();
    private final List<AutoCloseable> opened = new ArrayList<>();

    GatewayDrainIT(Servers servers) {
        kafka = servers.newTopics();
        topics = new TestKafka(kafka);
        topics.active(devices.toArray(DeviceRef[]::new));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        topics.close();
    }

    private Gateway start(String instance, Duration drain) {
        Gateway gateway = Gateway.start(
                GatewayConfig.of(kafka, instance, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withLimits(GatewayLimits.DEFAULT.withDrain(drain)),
                authority.server());
        opened.add(gateway);
        await().atMost(PATIENCE).until(() -> gateway.health().ready());
        return gateway;
    }

    private MqttTestClient connected(Gateway gateway, DeviceRef device) {
        MqttTestClient client = MqttTestClient.connected(gateway.address(), authority, device);
        opened.add(client);
        return client;
    }

    @Test
    void servesThoseWhoseTurnHasNotCome() throws Exception {
        Gateway gateway = start("gateway-a", FOR_EVER);
        Map<DeviceRef, MqttTestClient> clients = new LinkedHashMap<>();
        devices.forEach(device -> clients.put(device, connected(gateway, device)));

        Thread closing = Thread.ofPlatform().start(gateway::close);

        await().atMost(PATIENCE).until(() -> clients.keySet().stream()
                .anyMatch(device -> presence(device).reason().equals("gateway closing")));
        List<DeviceRef> gone = clients.keySet().stream()
                .filter(device -> presence(device).reason().equals("gateway closing"))
                .toList();
        assertThat(gone).hasSize(1);
        assertThat(of(clients, gone.getFirst())
                        .expect(MqttTestClient.DISCONNECT)
                        .reason())
                .isEqualTo(SERVER_SHUTTING_DOWN);
        for (DeviceRef device : devices) {
            if (!device.equals(gone.getFirst())) {
                MqttTestClient client = of(clients, device);
                int id = client.telemetry(1, 1, "m", 1, 1);
                assertThat(client.expect(MqttTestClient.PUBACK).packetId()).isEqualTo(id);
                client.disconnect(); // nobody is left to wait for
            }
        }
        closing.join();
    }

    @Test
    void everySessionIsToldAndGoesOnElsewhereWithoutLosingAMessage() {
        Gateway leaving = start("gateway-a", Duration.ofMillis(600));
        Gateway staying = start("gateway-b", Duration.ZERO);
        Map<DeviceRef, MqttTestClient> clients = new LinkedHashMap<>();
        devices.forEach(device -> clients.put(device, connected(leaving, device)));
        Map<DeviceRef, Map<Integer, Long>> open = new LinkedHashMap<>();
        clients.forEach((device, client) -> {
            Map<Integer, Long> sent = new LinkedHashMap<>();
            for (long seq = 1; seq <= MESSAGES; seq++) {
                sent.put(client.telemetry(1, seq, "m", seq, (double) seq), seq);
            }
            open.put(device, sent);
        });

        leaving.close();

        clients.forEach((device, client) -> {
            Map<Integer, Long> unanswered = of(open, device);
            List<Integer> reasons = new ArrayList<>();
            for (Packet packet = client.next(); packet.type() != MqttTestClient.END; packet = client.next()) {
                if (packet.type() == MqttTestClient.PUBACK && packet.reason() == 0) {
                    unanswered.remove(packet.packetId());
                } else if (packet.type() == MqttTestClient.DISCONNECT) {
                    reasons.add(packet.reason());
                }
            }
            assertThat(reasons).as("farewells of %s", device).containsExactly(SERVER_SHUTTING_DOWN);
            MqttTestClient again = connected(staying, device);
            for (long seq : unanswered.values()) {
                again.telemetry(1, seq, "m", seq, (double) seq);
                assertThat(again.expect(MqttTestClient.PUBACK).reason()).isZero();
            }
        });

        for (DeviceRef device : devices) {
            assertThat(sequences(device))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, MESSAGES).boxed().toList());
            assertThat(presence(device).gateway()).isEqualTo("gateway-b");
            assertThat(presence(device).online()).isTrue();
        }
    }

    private static <V> V of(Map<DeviceRef, V> all, DeviceRef device) {
        return Objects.requireNonNull(all.get(device));
    }

    private Set<Long> sequences(DeviceRef device) {
        Set<Long> sequences = new TreeSet<>();
        topics.read(kafka.topics().telemetry(), device).forEach(record -> {
            try {
                sequences.add(TelemetryBatch.parseFrom(record.value()).getSeq());
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        });
        return sequences;
    }

    private Presence presence(DeviceRef device) {
        var records = topics.read(kafka.topics().presence(), device);
        return Presence.fromJson(records.get(records.size() - 1).value());
    }
}
