package dev.muster.telemetry.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.Presence;
import dev.muster.telemetry.fixture.Mosquitto;
import dev.muster.telemetry.fixture.Plant;
import dev.muster.telemetry.fixture.Servers;
import dev.muster.telemetry.fixture.TahuNode;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.record.TelemetryBatch;
import dev.muster.telemetry.sparkplug.HostState;
import dev.muster.telemetry.sparkplug.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.tahu.message.model.MetricDataType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A bridge as host of edge nodes that are made with Tahu's own encoder, at a real broker. */
@ExtendWith(Servers.Extension.class)
class SparkplugBridgeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final DeviceRef NODE = DeviceRef.of("north", "press-n1");
    private static final String STATE = "spBv1.0/STATE/muster";

    @TempDir
    Path directory;

    @BeforeEach
    void needsABroker() {
        assumeThat(Mosquitto.isInstalled())
                .as("Debian's `mosquitto` is not installed")
                .isTrue();
    }

    @Test
    void hearsBirthsAndDataCountsWhatIsMissingAndAsksForBirthsAnew(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        List<String> commands = Collections.synchronizedList(new ArrayList<>());
        try (Mosquitto broker = Mosquitto.start(directory);
                BridgeHost host = BridgeIT.host(kafka);
                Plant plant = Plant.at(broker);
                TestKafka topics = new TestKafka(kafka)) {
            plant.subscribe("spBv1.0/+/NCMD/#", 1);
            plant.setCallback(new Ear(commands));
            host.run(BridgeIT.config("plug", broker), reader(), devices -> {
                java.util.Map<dev.muster.protocol.identity.DeviceId, DeviceDoor.Verdict> all =
                        new java.util.HashMap<>();
                devices.forEach(device -> all.put(
                        device,
                        device.equals(NODE.device())
                                ? new DeviceDoor.Verdict.Admitted()
                                : new DeviceDoor.Verdict.Refused("not ours")));
                return all;
            });
            BridgeIT.connected(host, "north/plug");
            TahuNode node = new TahuNode(new NodeId("g", "n1"));
            TahuNode stranger = new TahuNode(new NodeId("g", "n2"));

            // Data before any birth: nobody knows what an alias means, and the node is asked.
            say(plant, node.data(TahuNode.metric(1, MetricDataType.Double, 1.5)));
            say(plant, stranger.data(TahuNode.metric(1, MetricDataType.Double, 1.5)));
            await().atMost(PATIENCE).until(() -> commands.contains("spBv1.0/g/NCMD/n1"));
            say(plant, node.birth(TahuNode.metric("speed", 1L, MetricDataType.Double, 2.5)));
            say(plant, node.data(TahuNode.metric(1, MetricDataType.Double, 3.5)));
            node.lose();
            say(plant, node.data(TahuNode.metric(1, MetricDataType.Double, 4.5)));
            say(plant, node.death());

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(presence(topics, kafka)).containsExactly(true, false));
            assertThat(numbers(topics, kafka)).containsExactly(2.5, 3.5);
            BridgeStatus status = host.status("north/plug").orElseThrow();
            assertThat(status.gaps()).isEqualTo(1);
            assertThat(status.refused()).isEqualTo(1);
            assertThat(status.deadLetters()).isEqualTo(2);
            // Whom the connection may not speak for is told nothing.
            assertThat(commands).doesNotContain("spBv1.0/g/NCMD/n2");
        }
    }

    @Test
    void tellsNodesWhetherItIsThere(Servers servers) throws Exception {
        KafkaSettings kafka = servers.newTopics();
        List<String> states = Collections.synchronizedList(new ArrayList<>());
        try (Mosquitto broker = Mosquitto.start(directory);
                BridgeHost host = BridgeIT.host(kafka);
                Plant plant = Plant.at(broker)) {
            plant.setCallback(new Ear(states) {
                @Override
                public void messageArrived(String topic, org.eclipse.paho.mqttv5.common.MqttMessage message) {
                    states.add(Boolean.toString(
                            HostState.fromJson(message.getPayload()).online()));
                }
            });
            host.run(BridgeIT.config("state", broker), reader(), devices -> java.util.Map.of());
            BridgeIT.connected(host, "north/state");
            plant.subscribe(STATE, 1);
            await().atMost(PATIENCE).until(() -> states.equals(List.of("true")));

            // Somebody says otherwise: it says at once that it is there.
            plant.publish(STATE, new HostState(false, 1).toJson(), 1, true);
            await().atMost(PATIENCE).until(() -> states.equals(List.of("true", "false", "true")));

            host.stop("north/state", false);
            await().atMost(PATIENCE).until(() -> states.equals(List.of("true", "false", "true", "false")));
        }
    }

    private static SparkplugReader reader() {
        return SparkplugReader.of("muster", List.of(), "press-{node}");
    }

    private static void say(MqttClient plant, TahuNode.Said said) throws MqttException {
        plant.publish(said.topic().text(), said.payload(), 1, false);
    }

    private static List<Double> numbers(TestKafka topics, KafkaSettings kafka) throws Exception {
        List<Double> numbers = new ArrayList<>();
        for (var record : topics.read(kafka.topics().telemetry(), NODE)) {
            TelemetryBatch.parseFrom(record.value()).getMetricsList().stream()
                    .filter(metric -> metric.getName().equals("speed"))
                    .forEach(metric -> numbers.add(metric.getNumber()));
        }
        return numbers;
    }

    private static List<Boolean> presence(TestKafka topics, KafkaSettings kafka) {
        return topics.read(kafka.topics().presence(), NODE).stream()
                .map(record -> Presence.fromJson(record.value()).online())
                .toList();
    }

    /** Keeps topics. */
    private static class Ear implements org.eclipse.paho.mqttv5.client.MqttCallback {
        private final List<String> heard;

        Ear(List<String> heard) {
            this.heard = heard;
        }

        @Override
        public void messageArrived(String topic, org.eclipse.paho.mqttv5.common.MqttMessage message) {
            heard.add(topic);
        }

        @Override
        public void disconnected(org.eclipse.paho.mqttv5.client.MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException failure) {}

        @Override
        public void deliveryComplete(org.eclipse.paho.mqttv5.client.IMqttToken token) {}

        @Override
        public void connectComplete(boolean again, String uri) {}

        @Override
        public void authPacketArrived(int reason, org.eclipse.paho.mqttv5.common.packet.MqttProperties properties) {}
    }
}
