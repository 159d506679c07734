package dev.muster.telemetry.bridge;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One connection to a broker, from CONNECT to its end; never reconnects by itself. Thread-safe. */
sealed interface BrokerSession extends AutoCloseable permits Mqtt5Session, Mqtt311Session {
    /** How long CONNECT and SUBSCRIBE may take. */
    long MILLIS = 20_000;

    /** How long an end may take. */
    long CLOSE_MILLIS = 2_000;

    int KEEP_ALIVE_SECONDS = 30;

    /** How many messages of QoS 1 a broker may have sent that are not acknowledged. */
    int RECEIVE_MAXIMUM = 1_000;

    /**
     * How to come in.
     *
     * @param session how long the broker is asked to keep it; a broker of MQTT 3.1.1 cannot be asked
     */
    record Terms(String clientId, boolean clean, Duration session, boolean manualAcks) {}

    /** What came. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, and never compared
    record Message(int id, int qos, boolean retained, byte[] payload) {}

    /** What is heard; called by Paho's thread, must not wait. */
    interface Listener {
        void message(String topic, Message message);

        void lost(Trouble trouble);
    }

    /** One that is not connected yet, so that whoever hears its first message has it. */
    static BrokerSession make(BridgeConfig.Broker broker, Terms terms, Listener listener) throws BrokerException {
        return switch (broker.protocol()) {
            case MQTT_5 -> new Mqtt5Session(terms, listener);
            case MQTT_3_1_1 -> new Mqtt311Session(terms, listener);
        };
    }

    /** Connects and subscribes. */
    void open(
            BridgeConfig.Broker broker,
            Dialer dialer,
            Terms terms,
            List<String> filters,
            int qos,
            Optional<MessageReader.Said> will)
            throws BrokerException;

    /** Acknowledges a message; one of a connection that is gone comes again anyway. */
    void ack(int packetId, int qos);

    /** Sends a message without waiting for its end. */
    void publish(MessageReader.Said said) throws BrokerException;

    /** The same, and waits until the broker has it. */
    void publishAndWait(MessageReader.Said said) throws BrokerException;

    /** Ends the session at the broker as well: nothing is kept there for anybody. */
    void forget();

    /** Leaves; the broker keeps the session as long as it was told to. */
    @Override
    void close();
}
