package dev.muster.agent.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.muster.protocol.mqtt.MqttTopic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A session without a network: remembers what was sent, acknowledges when told to. One thread. */
public final class Wire implements Transport {
    /** What was sent: boot and number where the message has them, else its text. */
    public final List<String> sent = new ArrayList<>();

    /** Of each of them the trace that it names. */
    public final List<Optional<String>> traces = new ArrayList<>();

    public final List<MqttTopic> topics = new ArrayList<>();
    public boolean up;
    private final Deque<CompletableFuture<Void>> open = new ArrayDeque<>();

    /** The gateway has taken the oldest {@code count} messages. */
    public void acknowledge(int count) {
        for (int i = 0; i < count; i++) {
            open.remove().complete(null);
        }
    }

    @Override
    public void start(Listener listener) {}

    @Override
    public boolean isConnected() {
        return up;
    }

    @Override
    public CompletableFuture<Void> publish(MqttTopic topic, byte[] payload, Map<String, String> properties) {
        topics.add(topic);
        sent.add(
                properties.containsKey("boot")
                        ? properties.get("boot") + "/" + properties.get("seq")
                        : new String(payload, UTF_8));
        traces.add(Optional.ofNullable(properties.get("traceparent")));
        CompletableFuture<Void> result = new CompletableFuture<>();
        open.add(result);
        return result;
    }

    @Override
    public void close() {}
}
