package dev.muster.telemetry.bridge;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

/** One connection to a broker, from CONNECT to its end; never reconnects by itself. Thread-safe. */
final class BrokerSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSession.class);
    private static final long MILLIS = 20_000;
    private static final long CLOSE_MILLIS = 2_000;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int RECEIVE_MAXIMUM = 1_000;
    private static final long LARGEST_PACKET = 256L * 1024;

    /** How to come in. */
    record Terms(String clientId, boolean clean, Duration session, boolean manualAcks) {}

    /** What is heard; called by Paho's thread, must not wait. */
    interface Listener {
        void message(String topic, MqttMessage message);

        void lost(Trouble trouble);
    }

    private final MqttAsyncClient client;

    private BrokerSession(MqttAsyncClient client) {
        this.client = client;
    }

    /** One that is not connected yet, so that whoever hears its first message has it. */
    static BrokerSession make(Terms terms, Listener listener) throws MqttException {
        MqttAsyncClient client =
                new MqttAsyncClient(BridgeNetwork.URI_OF_ALL, terms.clientId(), new MemoryPersistence());
        client.setManualAcks(terms.manualAcks());
        client.setCallback(new Ear(listener));
        return new BrokerSession(client);
    }

    /** Connects and subscribes. */
    void open(
            BridgeConfig.Broker broker,
            Dialer dialer,
            Terms terms,
            List<String> filters,
            int qos,
            Optional<MessageReader.Said> will)
            throws MqttException {
        MqttConnectionOptions options = options(broker, dialer, terms);
        will.ifPresent(said -> {
            MqttMessage message = new MqttMessage(said.payload());
            message.setQos(said.qos());
            message.setRetained(said.retained());
            options.setWill(said.topic(), message);
        });
        client.connect(options).waitForCompletion(MILLIS);
        subscribe(filters, qos);
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

    private void subscribe(List<String> filters, int qos) throws MqttException {
        int[] levels = filters.stream().mapToInt(filter -> qos).toArray();
        IMqttToken granted = client.subscribe(filters.toArray(String[]::new), levels);
        granted.waitForCompletion(MILLIS);
        int[] codes = granted.getReasonCodes();
        for (int i = 0; codes != null && i < codes.length; i++) {
            if (codes[i] >= 0x80) {
                throw new MqttException(new SubscriptionRefused("the broker refused the subscription `" + filters.get(i)
                        + "` with reason code 0x" + Integer.toHexString(codes[i])));
            }
        }
    }

    /** A subscription that a broker does not grant. */
    static final class SubscriptionRefused extends Exception {
        private static final long serialVersionUID = 1;

        SubscriptionRefused(String message) {
            super(message);
        }
    }

    /** Acknowledges a message; one of a connection that is gone comes again anyway. */
    void ack(int packetId, int qos) {
        try {
            client.messageArrivedComplete(packetId, qos);
        } catch (MqttException e) {
            LOG.debug("an acknowledgement came too late", e);
        }
    }

    /** Sends a message without waiting for its end. */
    void publish(String topic, byte[] payload, int qos, boolean retained) throws MqttException {
        client.publish(topic, payload, qos, retained);
    }

    /** The same, and waits until the broker has it. */
    void publishAndWait(MessageReader.Said said) throws MqttException {
        if (client.isConnected()) {
            client.publish(said.topic(), said.payload(), said.qos(), said.retained())
                    .waitForCompletion(CLOSE_MILLIS);
        }
    }

    /** Ends the session at the broker as well: nothing is kept there for anybody. */
    void forget() {
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

    /** Leaves; the broker keeps the session as long as it was told to. */
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
            listener.message(topic, message);
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
