package dev.muster.agent.transport;

import dev.muster.protocol.command.Command;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.trace.Traceparent;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The device's session with the gateway, whatever client is behind it. Reconnects by itself. Thread-safe. */
public interface Transport extends AutoCloseable {
    /** Called from the client's own threads; must return at once and never block. */
    interface Listener {
        /** A session begins; what was published before without acknowledgement may be lost and has to be sent again. */
        void connected();

        void disconnected(String why);

        /** There is a new document; with the trace of the change, where it is traced. */
        void desired(DesiredHint hint, Optional<Traceparent> trace);

        void command(Command command);
    }

    /** The gateway took the message and will never accept it; the reason code is MQTT's, 0x80 or higher. */
    final class RefusedException extends IOException {
        private final int reasonCode;

        RefusedException(int reasonCode) {
            super("the gateway refused a message, reason code 0x" + Integer.toHexString(reasonCode));
            this.reasonCode = reasonCode;
        }

        /** Whether sending the same message again cannot help: bad topic, too large, bad payload. */
        public boolean isFinal() {
            return reasonCode == 0x90 || reasonCode == 0x95 || reasonCode == 0x99;
        }
    }

    /** Begins to connect, and never stops trying. */
    void start(Listener listener);

    boolean isConnected();

    /**
     * Publishes with QoS 1.
     *
     * @return completes when the gateway has acknowledged, exceptionally if the session ended before or there is none
     */
    CompletableFuture<Void> publish(MqttTopic topic, byte[] payload, Map<String, String> properties);

    /**
     * The same on a topic of a sub-device behind this device. A session that knows none refuses.
     */
    default CompletableFuture<Void> publishFor(
            DeviceRef child, MqttTopic topic, byte[] payload, Map<String, String> properties) {
        return CompletableFuture.failedFuture(new IOException("this session has no sub-devices"));
    }

    /** Ends the session in order; does not throw. */
    @Override
    void close();
}
