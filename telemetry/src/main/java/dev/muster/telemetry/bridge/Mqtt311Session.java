package dev.muster.telemetry.bridge;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection by MQTT 3.1.1. The protocol has no receive maximum, so what is not acknowledged is counted here, and beyond it the
 * client reads no further until something is; a broker that then misses our answers to its life signs closes, and sends all of it again.
 */
final class Mqtt311Session implements BrokerSession {
    private static final Logger LOG = LoggerFactory.getLogger(Mqtt311Session.class);
    private static final int REFUSED = 0x80; // MQTT 3.1.1, 3.9.3
    private static final int MANY = 1_000_000;

    private final MqttAsyncClient client;
    private final Semaphore unacknowledged = new Semaphore(RECEIVE_MAXIMUM);
    private final boolean manualAcks;
    private volatile @Nullable MqttConnectOptions options;

    Mqtt311Session(Terms terms, Listener listener) throws BrokerException {
        manualAcks = terms.manualAcks();
        try {
            client = new MqttAsyncClient(BridgeNetwork.URI_OF_ALL, terms.clientId(), new MemoryPersistence());
        } catch (MqttException e) {
            throw new BrokerException(e);
        }
        client.setManualAcks(manualAcks);
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
        MqttConnectOptions asked = options(broker, dialer, terms);
        will.ifPresent(said -> asked.setWill(said.topic(), said.payload(), said.qos(), said.retained()));
        options = asked;
        try {
            client.connect(asked).waitForCompletion(MILLIS);
            subscribe(filters, qos);
        } catch (MqttException e) {
            throw new BrokerException(e);
        }
    }

    private static MqttConnectOptions options(BridgeConfig.Broker broker, Dialer dialer, Terms terms) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setSocketFactory(new BridgeNetwork.Route(broker, dialer));
        options.setAutomaticReconnect(false);
        options.setCleanSession(terms.clean());
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout((int) (MILLIS / 1_000));
        broker.username().ifPresent(options::setUserName);
        broker.password().ifPresent(password -> options.setPassword(password.toCharArray()));
        return options;
    }

    private void subscribe(List<String> filters, int qos) throws MqttException, BrokerException {
        int[] levels = filters.stream().mapToInt(filter -> qos).toArray();
        IMqttToken granted = client.subscribe(filters.toArray(String[]::new), levels);
        try {
            granted.waitForCompletion(MILLIS);
        } catch (MqttException e) {
            if (e.getReasonCode() == REFUSED) {
                throw BrokerException.subscription(String.join(", ", filters), REFUSED);
            }
            throw e;
        }
        int[] codes = granted.getGrantedQos();
        for (int i = 0; codes != null && i < codes.length; i++) {
            if (codes[i] == REFUSED) {
                throw BrokerException.subscription(filters.get(i), REFUSED);
            }
        }
    }

    @Override
    public void ack(int packetId, int qos) {
        if (qos > 0) {
            unacknowledged.release();
        }
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

    /** By coming once more with a clean session, which is how MQTT 3.1.1 has one forgotten. */
    @Override
    public void forget() {
        MqttConnectOptions last = options;
        try {
            if (client.isConnected() && last != null) {
                unacknowledged.release(MANY);
                client.disconnect(0).waitForCompletion(CLOSE_MILLIS);
                last.setCleanSession(true);
                client.connect(last).waitForCompletion(CLOSE_MILLIS);
            }
        } catch (MqttException e) {
            LOG.debug("a broker did not hear that its session is over", e);
        }
        close();
    }

    @Override
    public void close() {
        unacknowledged.release(MANY); // whoever waits for room waits for nothing any more
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

    private final class Ear implements MqttCallback {
        private final Listener listener;

        Ear(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) throws InterruptedException {
            if (manualAcks && message.getQos() > 0) {
                unacknowledged.acquire();
            }
            listener.message(
                    topic, new Message(message.getId(), message.getQos(), message.isRetained(), message.getPayload()));
        }

        @Override
        public void connectionLost(Throwable cause) {
            unacknowledged.release(MANY);
            listener.lost(Trouble.of(cause));
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // Nothing waits for it.
        }
    }
}
