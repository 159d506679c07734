package dev.muster.telemetry.gateway;

import static dev.muster.telemetry.fixture.TahuNode.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.SparkplugNode;
import dev.muster.telemetry.fixture.MqttTestClient;
import dev.muster.telemetry.fixture.Servers;
import dev.muster.telemetry.fixture.TahuNode;
import dev.muster.telemetry.fixture.TahuNode.Said;
import dev.muster.telemetry.fixture.TestAuthority;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import dev.muster.telemetry.sparkplug.NodeId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Foreign edge nodes as they are: Paho's clients, MQTT 3.1.1 and 5, and Tahu's encoder, before a real gateway and Kafka. */
@ExtendWith(Servers.Extension.class)
class SparkplugNodesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final DeviceRef PLC = DeviceRef.of("north", "plc-4");
    private static final DeviceRef CRUSHER = DeviceRef.of("north", "crusher-1");
    private static final NodeId NODE = new NodeId("pit", "plc-4");

    private final TestAuthority authority = new TestAuthority();
    private final KafkaSettings kafka;
    private final TestKafka topics;
    private final Gateway gateway;
    private final TahuNode tahu = new TahuNode(NODE);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Queue<String> arrived = new ConcurrentLinkedQueue<>();
    private final Queue<byte[]> commands = new ConcurrentLinkedQueue<>();
    private volatile boolean lost;

    SparkplugNodesIT(Servers servers) {
        kafka = servers.newTopics();
        topics = new TestKafka(kafka);
        topics.node(PLC, NODE.group(), NODE.node(), 1);
        topics.active(CRUSHER);
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        gateway = Gateway.start(GatewayConfig.of(kafka, "gateway-a", loopback), authority.server());
        opened.add(gateway);
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

    private String uri() {
        return "ssl://127.0.0.1:" + gateway.address().getPort();
    }

    /** Connects by MQTT 3.1.1 as Tahu's examples do: will, then subscriptions, then the births. */
    private MqttClient connect311(DeviceRef device, String will) throws MqttException {
        MqttClient client = new MqttClient(uri(), device.device().value(), new MemoryPersistence());
        client.setTimeToWait(PATIENCE.toMillis());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(true);
        options.setSocketFactory(authority.device(device).getSocketFactory());
        options.setHttpsHostnameVerificationEnabled(false);
        options.setWill(will, tahu.death().payload(), 1, false);
        client.setCallback(new MqttCallback() {
            @Override
            public void connectionLost(Throwable cause) {
                lost = true;
            }

            @Override
            public void messageArrived(String topic, MqttMessage message) {
                arrived.add(topic + (message.isRetained() ? " retained" : ""));
                commands.add(message.getPayload());
            }

            @Override
            public void deliveryComplete(IMqttDeliveryToken token) {}
        });
        client.connect(options);
        opened.add(() -> {
            if (client.isConnected()) {
                client.disconnectForcibly(0, 1_000, false);
            }
            client.close(true);
        });
        return client;
    }

    private MqttClient connect311() throws MqttException {
        return connect311(PLC, "spBv1.0/pit/NDEATH/plc-4");
    }

    private static void say(MqttClient client, Said said) throws MqttException {
        client.publish(said.topic().text(), said.payload(), 0, false);
    }

    private Said birth() {
        return tahu.birth(metric("temperature", 1L, MetricDataType.Double, 20.5));
    }

    private Said data(double value) {
        return tahu.data(metric(1, MetricDataType.Double, value));
    }

    private List<String> values() {
        return topics.read(kafka.topics().telemetry(), PLC).stream()
                .flatMap(record -> batch(record.value()).getMetricsList().stream())
                .map(SparkplugNodesIT::text)
                .toList();
    }

    private static TelemetryBatch batch(byte[] bytes) {
        try {
            return TelemetryBatch.parseFrom(bytes);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Metric metric) {
        return metric.getName() + "=" + (metric.hasNumber() ? metric.getNumber() : metric.getInteger());
    }

    private SparkplugNode state() {
        var records = topics.read(kafka.topics().sparkplugNodes(), PLC);
        assertThat(records).isNotEmpty();
        return SparkplugNode.fromJson(records.getLast().value());
    }

    private void awaitValues(String... values) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(values()).containsExactly(values));
    }

    @Test
    void birthsAndDataOfANodeAndItsDevicesBecomeTelemetry() throws Exception {
        MqttClient client = connect311();

        say(client, birth());
        say(client, tahu.birthOf("pump", metric("speed", 2L, MetricDataType.Int32, 900)));
        say(client, data(21));
        say(client, tahu.dataOf("pump", metric(2, MetricDataType.Int32, 950)));

        awaitValues("temperature=20.5", "pump/speed=900.0", "temperature=21.0", "pump/speed=950.0");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(state()).satisfies(node -> {
            assertThat(node.online()).isTrue();
            assertThat(node.bdSeq()).hasValue(0L);
            assertThat(node.bornAt()).isPresent();
            assertThat(node.devices()).containsExactly("pump");
        }));
    }

    @Test
    void aLostMessageIsCountedAndTheNodeIsAskedAndAnswers() throws Exception {
        MqttClient client = connect311();
        client.subscribe("spBv1.0/pit/NCMD/plc-4/#", 0);
        say(client, birth());
        tahu.lose();
        tahu.lose();

        say(client, data(1));

        await().atMost(PATIENCE).until(() -> !commands.isEmpty());
        assertThat(arrived).containsExactly("spBv1.0/pit/NCMD/plc-4");
        Payload command = Payload.parseFrom(commands.remove());
        assertThat(command.getMetrics(0).getName()).isEqualTo("Node Control/Rebirth");
        say(client, birth());
        say(client, data(2));
        awaitValues("temperature=20.5", "temperature=20.5", "temperature=2.0");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(state()).satisfies(node -> {
            assertThat(node.gaps()).isEqualTo(1);
            assertThat(node.lost()).isEqualTo(2);
            assertThat(node.rebirths()).isEqualTo(1);
            assertThat(node.refused()).isEqualTo(1);
        }));
        assertThat(topics.read(kafka.topics().deadLetters(), PLC)).hasSize(1);
    }

    @Test
    void anUnknownAliasIsADeadLetterWithItsReason() throws Exception {
        MqttClient client = connect311();
        client.subscribe("spBv1.0/pit/NCMD/plc-4", 0);
        say(client, birth());

        Said unknown = tahu.data(metric(99, MetricDataType.Double, 1.0));
        say(client, unknown);

        await().atMost(PATIENCE).until(() -> !commands.isEmpty());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(topics.read(kafka.topics().deadLetters(), PLC))
                        .singleElement()
                        .satisfies(letter -> {
                            assertThat(letter.value()).isEqualTo(unknown.payload());
                            assertThat(header(letter, "topic")).isEqualTo("spBv1.0/pit/NDATA/plc-4");
                            assertThat(header(letter, "reason"))
                                    .isEqualTo("expected a metric of the last birth, found alias 99");
                        }));
    }

    private static String header(org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void aConnectionThatBreaksIsADeathAndTheNextSessionIsAnother() throws Exception {
        MqttClient client = connect311();
        say(client, birth());
        await().atMost(PATIENCE).until(() -> state().online());

        client.disconnectForcibly(0, 1_000, false);
        await().atMost(PATIENCE).until(() -> !state().online());
        assertThat(state().bdSeq()).hasValue(0L);
        tahu.newSession();
        MqttClient again = connect311();
        say(again, birth());

        await().atMost(PATIENCE).until(() -> state().online());
        assertThat(state().bdSeq()).hasValue(1L);
    }

    @Test
    void aDeathThatIsSaidIsADeath() throws Exception {
        MqttClient client = connect311();
        say(client, birth());
        await().atMost(PATIENCE).until(() -> state().online());

        Said death = tahu.death();
        client.publish(death.topic().text(), death.payload(), 1, false);

        await().atMost(PATIENCE).until(() -> !state().online());
        assertThat(client.isConnected()).isTrue();
    }

    @Test
    void theStateOfTheHostIsThereAtOnceAndOtherSubscriptionsAreRefused() throws Exception {
        MqttClient client = connect311();

        int[] granted = {0, 0, 0};
        client.subscribe(
                new String[] {"spBv1.0/STATE/muster", "spBv1.0/pit/NCMD/plc-4", "spBv1.0/pit/DCMD/plc-4/#"}, granted);

        await().atMost(PATIENCE).until(() -> !arrived.isEmpty());
        assertThat(arrived).containsExactly("spBv1.0/STATE/muster retained");
        assertThat(new String(commands.element(), StandardCharsets.UTF_8))
                .startsWith("{\"online\":true,\"timestamp\":");
        for (String foreign : List.of("#", "spBv1.0/#", "spBv1.0/pit/NCMD/plc-5", "spBv1.0/pit/NDATA/plc-4")) {
            assertThatThrownBy(() -> client.subscribe(foreign, 0))
                    .as(foreign)
                    .isInstanceOf(MqttException.class)
                    .extracting(e -> ((MqttException) e).getReasonCode())
                    .isEqualTo(128);
        }
        assertThat(client.isConnected()).isTrue();
    }

    @Test
    void aForeignTopicEndsAConnectionOfMqtt311AndIsTold() throws Exception {
        MqttClient client = connect311();

        // Without waiting for its end: Paho misses it where the connection ends in between, and waits for ever.
        client.getTopic("spBv1.0/pit/NBIRTH/plc-5").publish(birth().payload(), 0, false);

        await().atMost(PATIENCE).until(() -> lost);
        assertThat(topics.read(kafka.topics().events(), PLC)).singleElement().satisfies(record -> assertThat(
                        new String(record.value(), StandardCharsets.UTF_8))
                .contains("security.foreign-topic", "plc-5"));
        assertThat(values()).isEmpty();
    }

    @Test
    void aForeignTopicIsRefusedWithItsCodeInMqtt5() {
        MqttTestClient client = MqttTestClient.connected(gateway.address(), authority, PLC);
        opened.add(client);

        client.publish("muster/1/north/plc-4/telemetry/json", "{}", 1, Map.of());
        assertThat(client.expect(MqttTestClient.PUBACK).reason()).isEqualTo(0x87);
        client.publish("spBv1.0/pit/NCMD/plc-4", new byte[0], 1, Map.of());
        assertThat(client.expect(MqttTestClient.PUBACK).reason()).isEqualTo(0x87);
        client.subscribe("spBv1.0/pit/NCMD/plc-4", "spBv1.0/pit/NCMD/+", "muster/1/north/plc-4/desired");
        MqttTestClient.Packet answer = client.expect(MqttTestClient.SUBACK);
        assertThat(List.of(answer.at(3), answer.at(4), answer.at(5))).containsExactly(0, 0x87, 0x87);
        client.publish("spBv1.0/other/NDATA/plc-4", new byte[0], 0, Map.of());
        assertThat(client.expect(MqttTestClient.DISCONNECT).reason()).isEqualTo(0x87);
    }

    @Test
    void aWillThatIsNotTheNodesDeathIsRefused() {
        assertThatThrownBy(() -> connect311(PLC, "spBv1.0/pit/NDEATH/plc-5"))
                .isInstanceOf(MqttException.class)
                .extracting(e -> ((MqttException) e).getReasonCode())
                .isEqualTo((int) MqttException.REASON_CODE_NOT_AUTHORIZED);
    }

    @Test
    void onlyEdgeNodesMaySpeakMqtt311() {
        assertThatThrownBy(() -> connect311(CRUSHER, "spBv1.0/pit/NDEATH/plc-4"))
                .isInstanceOf(MqttException.class)
                .extracting(e -> ((MqttException) e).getReasonCode())
                .isEqualTo((int) MqttException.REASON_CODE_INVALID_PROTOCOL_VERSION);
    }

    @Test
    void aDeviceThatIsNoNodeMayNotSpeakSparkplug() {
        MqttTestClient client = MqttTestClient.connected(gateway.address(), authority, CRUSHER);
        opened.add(client);

        client.publish("spBv1.0/pit/NBIRTH/plc-4", birth().payload(), 1, Map.of());

        assertThat(client.expect(MqttTestClient.PUBACK).reason()).isEqualTo(0x87);
    }

    @Test
    void aRebirthThatAnOperatorWantsReachesTheNode() throws Exception {
        MqttClient client = connect311();
        client.subscribe("spBv1.0/pit/NCMD/plc-4/#", 0);
        say(client, birth());
        awaitValues("temperature=20.5");

        topics.send(kafka.topics().down(), PLC, new DownMessage.Rebirth().toJson());

        await().atMost(PATIENCE).until(() -> !commands.isEmpty());
        assertThat(Payload.parseFrom(commands.element()).getMetrics(0).getName())
                .isEqualTo("Node Control/Rebirth");
    }

    @Test
    void mqtt5WithPaho() throws Exception {
        var client = new org.eclipse.paho.mqttv5.client.MqttClient(
                uri(), "plc-4", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
        opened.add(() -> client.close(true));
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(authority.device(PLC).getSocketFactory());
        options.setHttpsHostnameVerificationEnabled(false);
        options.setWill(
                "spBv1.0/pit/NDEATH/plc-4",
                new org.eclipse.paho.mqttv5.common.MqttMessage(tahu.death().payload(), 1, false, null));
        client.connect(options);
        Said birth = birth();
        client.publish(birth.topic().text(), birth.payload(), 0, false);
        Said data = data(3);
        client.publish(data.topic().text(), data.payload(), 1, false);
        awaitValues("temperature=20.5", "temperature=3.0");

        client.disconnect();
        await().atMost(PATIENCE).until(() -> !state().online());
    }

    @Test
    void aDeviceThatIsNamedAnotherNodeIsCutOff() throws Exception {
        connect311();

        topics.node(PLC, "pit", "plc-9", 2);

        await().atMost(PATIENCE).until(() -> lost);
    }

    @Test
    void whatIsNoPayloadIsADeadLetterAndNothingElseSuffers() throws Exception {
        MqttClient client = connect311();
        say(client, birth());

        client.publish("spBv1.0/pit/NDATA/plc-4", new byte[] {1, 2, 3}, 1, false);
        say(client, data(4));

        awaitValues("temperature=20.5", "temperature=4.0");
        assertThat(topics.read(kafka.topics().deadLetters(), PLC))
                .singleElement()
                .satisfies(letter -> assertThat(Arrays.equals(letter.value(), new byte[] {1, 2, 3}))
                        .isTrue());
    }
}
