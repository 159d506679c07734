package dev.muster.telemetry.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.transport.mqtt.MqttOptions;
import dev.muster.agent.transport.mqtt.MqttSession;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.telemetry.fixture.MosquittoForDevices;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;

/**
 * The agent's MQTT client against Mosquitto, which was not written by us. Mosquitto hands over only what somebody subscribed to: a session
 * with the device's subscription is laid down before, and the device goes on with it.
 */
class AgentOnMosquittoIT extends AgentSessionContract {
    private static final String CONTROL = "control";

    private final MosquittoForDevices mosquitto = keep(MosquittoForDevices.startOrSkip(authority.server(), LARGEST));
    private final Map<String, List<byte[]>> heard = new ConcurrentHashMap<>();
    private final MqttAsyncClient control = connect(CONTROL, true);

    AgentOnMosquittoIT() throws Exception {
        control.subscribe("muster/1/#", 1).waitForCompletion();
    }

    private MqttAsyncClient connect(String clientId, boolean closed) throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient(mosquitto.plain(), clientId, new MemoryPersistence());
        client.setCallback(new Hearing());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(closed);
        options.setSessionExpiryInterval(closed ? 0L : 3600L);
        client.connect(options).waitForCompletion();
        if (closed) {
            keep(() -> {
                client.disconnectForcibly(0, 0, false);
                client.close(true);
            });
        }
        return client;
    }

    /** Keeps what was published. */
    private final class Hearing implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            heard.computeIfAbsent(topic, first -> new CopyOnWriteArrayList<>()).add(message.getPayload());
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }

    @Override
    String address() {
        return mosquitto.devices();
    }

    @Override
    DeviceRef device(String name) {
        return DeviceRef.of("north", name);
    }

    @Override
    MqttOptions options(DeviceRef device, MqttOptions given) throws Exception {
        MqttAsyncClient before = connect(device.key(), false);
        before.subscribe(new MqttTopic.CommandRequest().of(device), 1).waitForCompletion();
        before.disconnect().waitForCompletion();
        before.close();
        return given.resuming(3600);
    }

    @Override
    void command(DeviceRef device, Command command) throws Exception {
        control.publish(new MqttTopic.CommandRequest().of(device), command.toJson(), 1, false)
                .waitForCompletion();
    }

    @Override
    List<DeviceEvent> events(DeviceRef device) {
        return heard.getOrDefault(new MqttTopic.Event().of(device), List.of()).stream()
                .map(DeviceEvent::fromJson)
                .toList();
    }

    // Debian's 2.0.11 closes the former connection without a word, whatever section 4.13 recommends.
    @Override
    int takenOver() {
        return -1;
    }

    @Override
    void restart() throws Exception {
        mosquitto.restart();
    }

    @Test
    void theLastWillIsPublishedWhenTheConnectionEndsWithoutAWord() throws Exception {
        DeviceRef device = device("willing");
        MqttOptions options = MqttOptions.of(device.key(), 1, 4, LARGEST)
                .withWill(new MqttOptions.Will("muster/1/north/willing/gone", "bye", 0));
        Told told = new Told();
        MqttSession session =
                keep(new MqttSession(address(), authority.device(device).getSocketFactory(), options, told));
        session.start();
        await().atMost(PATIENCE).until(told.opened::isDone);

        connect(device.key(), true); // takes the session over: the device had no time to say goodbye

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard.get("muster/1/north/willing/gone"))
                .singleElement()
                .satisfies(payload -> assertThat(new String(payload, UTF_8)).isEqualTo("bye")));
        assertThat(told.end.get().reasonCode()).isEqualTo(takenOver());
    }
}
