package dev.muster.telemetry.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.muster.telemetry.bridge.BridgeStatus.Problem;
import dev.muster.telemetry.fixture.Mosquitto;
import dev.muster.telemetry.fixture.Plant;
import dev.muster.telemetry.fixture.Servers;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.kafka.KafkaSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A bridge that speaks MQTT 3.1.1 with a real broker. */
@ExtendWith(Servers.Extension.class)
class Bridge311IT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final BridgeIT.TestDoor door = new BridgeIT.TestDoor();

    @BeforeEach
    void needsABroker() {
        assumeThat(Mosquitto.isInstalled())
                .as("Debian's `mosquitto` is not installed")
                .isTrue();
    }

    @Test
    void losesNothingWhenItIsKilledBetweenReceivingAndKafka(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        KafkaSettings nowhere = KafkaSettings.plain("127.0.0.1:9", "");
        try (Mosquitto broker = Mosquitto.start(directory);
                Plant client = Plant.at(broker);
                TestKafka topics = new TestKafka(kafka)) {
            try (BridgeHost dying = BridgeIT.host(nowhere)) {
                dying.run(config("old", broker, ""), BridgeIT.mapping(), door);
                BridgeIT.connected(dying, "north/old");
                for (int i = 0; i < 50; i++) {
                    BridgeIT.publish(client, "f/1/press-1", "{\"v\": " + i + "}", 1);
                }
                await().atMost(PATIENCE)
                        .until(() -> dying.status("north/old").orElseThrow().received() == 50);
            }
            // How Mosquitto writes MQTT 3.1.1 in its log.
            assertThat(Files.readString(directory.resolve("log"))).contains("as muster-north-old (p2,");

            try (BridgeHost next = BridgeIT.host(kafka)) {
                next.run(config("old", broker, ""), BridgeIT.mapping(), door);

                await().atMost(PATIENCE).untilAsserted(() -> assertThat(BridgeIT.values(topics, kafka))
                        .isEqualTo(BridgeIT.upTo(50)));
            }
        }
    }

    @Test
    void takesNoMoreThanItMayLeaveUnacknowledged(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        try (Mosquitto broker = Mosquitto.start(directory);
                BridgeHost host = BridgeIT.host(kafka);
                Plant client = Plant.at(broker);
                TestKafka topics = new TestKafka(kafka)) {
            host.run(config("flood", broker, ""), BridgeIT.mapping(), door);
            BridgeIT.connected(host, "north/flood");
            door.away.set(true);
            for (int i = 0; i < 3_000; i++) {
                BridgeIT.publish(client, "f/1/press-1", "{\"v\": " + i + "}", 1);
            }
            await().atMost(PATIENCE)
                    .until(() -> host.status("north/flood").orElseThrow().received() >= BrokerSession.RECEIVE_MAXIMUM);
            assertThat(host.status("north/flood").orElseThrow().received()).isEqualTo(BrokerSession.RECEIVE_MAXIMUM);

            door.away.set(false);

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(BridgeIT.values(topics, kafka))
                    .isEqualTo(BridgeIT.upTo(3_000)));
            assertThat(host.status("north/flood").orElseThrow().dropped()).isZero();
        }
    }

    @Test
    void leavesNothingBehindWhenItIsStoppedForEver(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        try (Mosquitto broker = Mosquitto.start(directory);
                BridgeHost host = BridgeIT.host(kafka);
                Plant client = Plant.at(broker);
                TestKafka topics = new TestKafka(kafka)) {
            host.run(config("gone", broker, ""), BridgeIT.mapping(), door);
            BridgeIT.connected(host, "north/gone");
            host.stop("north/gone", true);
            BridgeIT.publish(client, "f/1/press-1", "{\"v\": 0}", 1);

            host.run(config("gone", broker, ""), BridgeIT.mapping(), door);
            BridgeIT.connected(host, "north/gone");
            BridgeIT.publish(client, "f/1/press-1", "{\"v\": 1}", 1);

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(BridgeIT.values(topics, kafka))
                    .isEqualTo(List.of(1)));
        }
    }

    @Test
    void saysWhyTheBrokerRefusesIt(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        Path passwords = Mosquitto.passwords(directory.resolve("passwords"), "muster", "right");
        try (Mosquitto broker =
                        Mosquitto.start(directory.resolve("a"), "allow_anonymous false", "password_file " + passwords);
                BridgeHost host = BridgeIT.host(kafka)) {
            host.run(config("wrong", broker, "wrong"), BridgeIT.mapping(), door);
            BridgeIT.trouble(host, "north/wrong", Problem.CREDENTIALS);

            host.run(config("wrong", broker, "right"), BridgeIT.mapping(), door);
            BridgeIT.connected(host, "north/wrong");
        }
    }

    private static BridgeConfig config(String name, Mosquitto broker, String password) {
        return BridgeIT.config(
                name,
                new BridgeConfig.Broker(
                        "127.0.0.1",
                        broker.port(),
                        MqttProtocol.MQTT_3_1_1,
                        Optional.empty(),
                        password.isEmpty() ? Optional.empty() : Optional.of("muster"),
                        password.isEmpty() ? Optional.empty() : Optional.of(password)));
    }
}
