package dev.muster.agent.gateway;

import dev.muster.agent.transport.Transport;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The gateway's own session, on the topics of a sub-device. Neither begins nor ends it. Thread-safe. */
final class ChildTransport implements Transport {
    private final Transport session;
    private final DeviceRef child;

    ChildTransport(Transport session, DeviceRef child) {
        this.session = session;
        this.child = child;
    }

    @Override
    public void start(Listener listener) {}

    @Override
    public boolean isConnected() {
        return session.isConnected();
    }

    @Override
    public CompletableFuture<Void> publish(MqttTopic topic, byte[] payload, Map<String, String> properties) {
        return session.publishFor(child, topic, payload, properties);
    }

    @Override
    public void close() {}
}
