package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.transport.mqtt.MqttOptions;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.telemetry.fixture.MqttTestClient;
import dev.muster.telemetry.fixture.Servers;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.kafka.KafkaSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The agent's MQTT client against the gateway it is made for, before a real Kafka. */
@ExtendWith(Servers.Extension.class)
class AgentOnGatewayIT extends AgentSessionContract {
    private final KafkaSettings kafka;
    private final TestKafka topics;
    private Gateway gateway;

    AgentOnGatewayIT(Servers servers) {
        this.kafka = servers.newTopics();
        this.topics = keep(new TestKafka(kafka));
        this.gateway = start(0);
    }

    private Gateway start(int port) {
        InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Gateway started = Gateway.start(GatewayConfig.of(kafka, "gateway-a", bind), authority.server());
        await().atMost(PATIENCE).until(() -> started.health().ready());
        return started;
    }

    @AfterEach
    void closeGateway() {
        gateway.close();
    }

    @Override
    String address() {
        return "127.0.0.1:" + gateway.address().getPort();
    }

    @Override
    DeviceRef device(String name) {
        DeviceRef device = DeviceRef.of("north", name);
        topics.active(device);
        await().atMost(PATIENCE)
                .until(() -> gateway.health().ready() && knows(device)); // the gateway reads states from Kafka
        return device;
    }

    private boolean knows(DeviceRef device) {
        try (MqttTestClient probe = MqttTestClient.connect(gateway.address(), authority, device)) {
            return probe.expect(MqttTestClient.CONNACK).reason() == 0;
        }
    }

    @Override
    MqttOptions options(DeviceRef device, MqttOptions given) {
        return given;
    }

    @Override
    void command(DeviceRef device, Command command) {
        topics.send(kafka.topics().down(), device, new DownMessage.Run(command).toJson());
    }

    @Override
    List<DeviceEvent> events(DeviceRef device) {
        return topics.read(kafka.topics().events(), device).stream()
                .map(record -> DeviceEvent.fromJson(record.value()))
                .toList();
    }

    @Override
    int takenOver() {
        return 0x8E;
    }

    @Override
    void restart() {
        int port = gateway.address().getPort();
        gateway.close();
        gateway = start(port);
    }

    @Test
    void aDeviceThatIsSuspendedIsToldSo() throws Exception {
        DeviceRef device = device("suspended");
        Told told = new Told();
        session(device, authority.device(device), 60, told);
        await().atMost(PATIENCE).until(told.opened::isDone);

        topics.state(device, DeviceState.Status.SUSPENDED, 1, 2);

        assertThat(told.end.get().reasonCode()).isEqualTo(0x98);
        Told again = new Told();
        session(device, authority.device(device), 60, again);
        assertThat(again.end.get().reasonCode()).isEqualTo(0x87);
    }
}
