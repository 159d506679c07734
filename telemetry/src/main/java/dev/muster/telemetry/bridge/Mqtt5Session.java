package dev.muster.telemetry.bridge;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection by MQTT 5, which has a receive maximum, reasons, and an end of sessions. */
final class Mqtt5Session implements BrokerSession {
    private static final Logger LOG = LoggerFactory.getLogger(Mqtt5Session.class);
    private static final long LARGEST_PACKET = 256L * 1024;

    private final MqttAsyncClient client;

    Mqtt5Session(Terms terms, Listener listener) throws BrokerException {
        try {
            client = new MqttAsyncClient(BridgeNetwork.URI_OF_ALL, terms.clientId(), new MemoryPersistence());
        } catch (MqttException e) {
            throw new BrokerException(e);
        }
        client.setManualAcks(terms.manualAcks());
        client.setCallback(new Ear(listener));
    }

    @Override
    public void open(
            BridgeConfig.Broker broker,
            Dialer dialer,
            Terms terms,
            List<String> filters,
            int qos,
            Optional<MessageReader.Said> will)
            throws BrokerException {
        MqttConnectionOptions options = options(broker, dialer, terms);
        will.ifPresent(said -> {
            MqttMessage message = new MqttMessage(said.payload());
            message.setQos(said.qos());
            message.setRetained(said.retained());
            options.setWill(said.topic(), message);
        });
        try {
            client.connect(options).waitForCompletion(MILLIS);
            subscribe(filters, qos);
        } catch (MqttException e) {
            throw new BrokerException(e);
        }
    }

    private static MqttConnectionOptions options(BridgeConfig.Broker broker, Dialer dialer, Terms terms) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(new BridgeNetwork.Route(broker, dialer));
        options.setAutomaticReconnect(false);
        options.setCleanStart(terms.clean());
        options.setSessionExpiryInterval(terms.session().toSeconds());
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout((int) (MILLIS / 1_000));
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        options.setMaximumPacketSize(LARGEST_PACKET);
        broker.username().ifPresent(options::setUserName);
        broker.password().ifPresent(password -> options.setPassword(password.getBytes(StandardCharsets.UTF_8)));
        return options;
    }

    private void subscribe(List<String> filters, int qos) throws MqttException, BrokerException {
        int[] levels = filters.stream().mapToInt(filter -> qos).toArray();
        IMqttToken granted = client.subscribe(filters.toArray(String[]::new), levels);
        granted.waitForCompletion(MILLIS);
        int[] codes = granted.getReasonCodes();
        for (int i = 0; codes != null && i < codes.length; i++) {
            if (codes[i] >= 0x80) {
                throw BrokerException.subscription(filters.get(i), codes[i]);
            }
        }
    }

    @Override
    public void ack(int packetId, int qos) {
        try {
            client.messageArrivedComplete(packetId, qos);
        } catch (MqttException e) {
            LOG.debug("an acknowledgement came too late", e);
        }
    }

    @Override
    public void publish(MessageReader.Said said) throws BrokerException {
        try {
            client.publish(said.topic(), said.payload(), said.qos(), said.retained());
        } catch (MqttException e) {
            throw new BrokerException(e);
        }
    }

    @Override
    public void publishAndWait(MessageReader.Said said) throws BrokerException {
        try {
            if (client.isConnected()) {
                client.publish(said.topic(), said.payload(), said.qos(), said.retained())
                        .waitForCompletion(CLOSE_MILLIS);
            }
        } catch (MqttException e) {
            throw new BrokerException(e);
        }
    }

    @Override
    public void forget() {
        MqttProperties properties = new MqttProperties();
        properties.setSessionExpiryInterval(0L);
        try {
            if (client.isConnected()) {
                client.disconnect(0, null, null, 0, properties).waitForCompletion(CLOSE_MILLIS);
            }
        } catch (MqttException e) {
            LOG.debug("a broker did not hear that its session is over", e);
        }
        close();
    }

    @Override
    public void close() {
        try {
            if (client.isConnected()) {
                client.disconnect(0).waitForCompletion(CLOSE_MILLIS);
            }
        } catch (MqttException e) {
            LOG.debug("a broker was not told that we leave", e);
        }
        try {
            client.disconnectForcibly(0, 0, false);
        } catch (MqttException e) {
            LOG.debug("a connection was closed already", e);
        }
        try {
            client.close(true);
        } catch (MqttException e) {
            LOG.debug("a client was closed already", e);
        }
    }

    private record Ear(Listener listener) implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            listener.message(
                    topic, new Message(message.getId(), message.getQos(), message.isRetained(), message.getPayload()));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            MqttException failure = response.getException();
            int reason = response.getReturnCode();
            listener.lost(
                    reason > 0
                            ? Trouble.ofReason(reason, failure)
                            : failure == null
                                    ? Trouble.ofReason(MqttClientException.REASON_CODE_CONNECTION_LOST, null)
                                    : Trouble.of(failure));
        }

        @Override
        public void mqttErrorOccurred(MqttException failure) {
            LOG.debug("a broker sent what cannot be read", failure);
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // Nothing waits for it.
        }

        @Override
        public void connectComplete(boolean again, String uri) {
            // The caller of connect() knows.
        }

        @Override
        public void authPacketArrived(int reason, MqttProperties properties) {
            // No such method is offered.
        }
    }
}
