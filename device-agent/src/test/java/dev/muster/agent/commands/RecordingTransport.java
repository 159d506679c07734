package dev.muster.agent.commands;

import dev.muster.agent.transport.Transport;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.mqtt.MqttTopic;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A session that takes everything at once, and keeps what a gateway would have got. */
final class RecordingTransport implements Transport {
    final List<CommandAnswer> answers = new CopyOnWriteArrayList<>();
    final List<DeviceEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public void start(Listener listener) {}

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public CompletableFuture<Void> publish(MqttTopic topic, byte[] payload, Map<String, String> properties) {
        if (topic instanceof MqttTopic.CommandAnswered) {
            answers.add(CommandAnswer.fromJson(payload));
        } else if (topic instanceof MqttTopic.Event) {
            events.add(DeviceEvent.fromJson(payload));
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}
}
