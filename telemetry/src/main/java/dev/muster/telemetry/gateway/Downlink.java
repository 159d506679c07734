package dev.muster.telemetry.gateway;

import dev.muster.protocol.command.Command;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.trace.Traceparent;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes down to one device, within the limits that it named in its CONNECT. On the event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and its connection is told
final class Downlink {
    private static final Logger LOG = LoggerFactory.getLogger(Downlink.class);
    /** Beside topic and payload: fixed header, length of the topic, packet identifier, no properties. */
    private static final int PUBLISH_BYTES = 5 + 2 + 2 + 1;
    /** One user property: its number, two texts with their lengths. */
    private static final int TRACE_BYTES = 1 + 2 + Traceparent.NAME.length() + 2 + 55;

    private final GatewayMeters meters;
    private final ChannelHandlerContext context;
    private final DeviceRef device;
    private final DownQueue queue;
    private final long maxBytes;

    Downlink(GatewayMeters meters, ChannelHandlerContext context, DeviceRef device, MqttConnectMessage connect) {
        this.meters = meters;
        this.context = context;
        this.device = device;
        this.queue = new DownQueue(Packets.receiveMaximum(connect));
        this.maxBytes = Packets.maximumPacketSize(connect);
    }

    /** A session is ownership only: what a device gets follows from who it is, a subscription changes nothing. */
    void subscribe(MqttSubscribeMessage asked) {
        List<MqttReasonCodes.SubAck> codes = new ArrayList<>();
        for (MqttTopicSubscription subscription : asked.payload().topicSubscriptions()) {
            boolean own = MqttTopic.parse(device, subscription.topicFilter())
                    .filter(topic -> topic instanceof MqttTopic.Desired || topic instanceof MqttTopic.CommandRequest)
                    .isPresent();
            codes.add(
                    own
                            ? subscription.qualityOfService() == MqttQoS.AT_MOST_ONCE
                                    ? MqttReasonCodes.SubAck.GRANTED_QOS_0
                                    : MqttReasonCodes.SubAck.GRANTED_QOS_1
                            : MqttReasonCodes.SubAck.NOT_AUTHORIZED);
        }
        context.write(Packets.subscribed(asked.variableHeader().messageId(), codes));
    }

    /** Notes a generation that the device is to know, and the trace of its change. */
    void hint(long generation, @Nullable Traceparent trace) {
        queue.hint(generation, trace);
        send();
    }

    /** Notes a command; {@code false} if the device leaves too many unanswered. */
    boolean command(Command command) {
        boolean taken = queue.command(command);
        send();
        return taken;
    }

    /** The device has message {@code packetId}. */
    void acknowledged(int packetId) {
        queue.acknowledged(packetId);
        send();
    }

    private void send() {
        for (Optional<DownQueue.Next> next = queue.next(); next.isPresent(); next = queue.next()) {
            switch (next.get()) {
                case DownQueue.Next.Hint hint ->
                    send(
                            new MqttTopic.Desired(),
                            hint.packetId(),
                            new DesiredHint(hint.generation()).toJson(),
                            hint.trace());
                case DownQueue.Next.Run run ->
                    send(
                            new MqttTopic.CommandRequest(),
                            run.packetId(),
                            run.command().toJson(),
                            null);
            }
        }
    }

    private void send(MqttTopic topic, int packetId, byte[] payload, @Nullable Traceparent trace) {
        String name = topic.of(device);
        int bytes = PUBLISH_BYTES + name.length() + payload.length;
        boolean fits = trace != null && bytes + TRACE_BYTES <= maxBytes; // without it the hint is as good
        if (bytes > maxBytes) { // MQTT 5, 3.1.2.11.4: such a packet must not be sent
            queue.acknowledged(packetId);
            DeviceLog.of(device, () -> LOG.warn("{} takes no packet of {} bytes", device, bytes));
            return;
        }
        meters.delivered.increment();
        context.write(Packets.publish(name, packetId, payload, fits ? trace : null));
    }
}
