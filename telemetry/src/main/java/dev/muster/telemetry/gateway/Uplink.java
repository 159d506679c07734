package dev.muster.telemetry.gateway;

import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.trace.Traceparent;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one device publishes, on its way to Kafka: checked, counted against quotas, routed. On the event loop. */
final class Uplink {
    private static final Logger LOG = LoggerFactory.getLogger(Uplink.class);

    private final GatewayContext gateway;
    private final PublishWindow window;
    private final TopicAliases aliases = new TopicAliases();
    private final DeviceRef device;
    private final @Nullable SparkplugSession sparkplug;
    private final boolean mqtt311;
    private final Consumer<MqttMessage> answers;
    private Quota.@Nullable Use ownQuota; // from the first message on: an idle connection is to stay small
    private Quota.@Nullable Use tenantQuota;
    private List<HandOff.Item> outgoing = new ArrayList<>(0);
    private boolean foreignTopicTold;
    private String lastTopic = "";
    private PublishRouter.@Nullable Address lastAddress; // of the last topic; a device mostly uses one

    /** Why the connection must end now. */
    record End(MqttReasonCodes.Disconnect code, String reason) {}

    /**
     * Of one session.
     *
     * @param sparkplug of a foreign edge node; {@code null} for a device with an agent
     * @param mqtt311 whether the device can be told no by an end of its connection only
     * @param answers where what is sent back at once goes
     */
    Uplink(
            GatewayContext gateway,
            PublishWindow window,
            DeviceRef device,
            @Nullable SparkplugSession sparkplug,
            boolean mqtt311,
            Consumer<MqttMessage> answers) {
        this.gateway = gateway;
        this.window = window;
        this.device = device;
        this.sparkplug = sparkplug;
        this.mqtt311 = mqtt311;
        this.answers = answers;
    }

    /** Takes a message; an answer ends the connection. Messages wait for {@link #submit}. */
    Optional<End> publish(MqttPublishMessage message, long nowNanos) {
        MqttQoS qos = message.fixedHeader().qosLevel();
        int packetId = qos == MqttQoS.AT_LEAST_ONCE ? message.variableHeader().packetId() : 0;
        if (qos == MqttQoS.EXACTLY_ONCE) {
            return end(MqttReasonCodes.Disconnect.QOS_NOT_SUPPORTED, "protocol error");
        }
        if (message.fixedHeader().isRetain()) {
            return end(MqttReasonCodes.Disconnect.RETAIN_NOT_SUPPORTED, "protocol error");
        }
        if (packetId > 0 && window.size() >= gateway.limits().receiveMaximum()) {
            return end(MqttReasonCodes.Disconnect.RECEIVE_MAXIMUM_EXCEEDED, "protocol error");
        }
        String topic = message.variableHeader().topicName();
        int alias = Packets.topicAlias(message);
        if (alias != Packets.NO_ALIAS) {
            if (!TopicAliases.isAllowed(alias)) {
                return end(MqttReasonCodes.Disconnect.TOPIC_ALIAS_INVALID, "protocol error");
            }
            if (!topic.isEmpty()) {
                aliases.put(alias, topic);
            } else {
                String meant = aliases.get(alias);
                if (meant == null) { // MQTT 5, 3.3.4: a protocol error
                    return end(MqttReasonCodes.Disconnect.PROTOCOL_ERROR, "protocol error");
                }
                topic = meant;
            }
        }
        gateway.meters().publishes.increment();
        if (isTooMuch(message, packetId, nowNanos)) {
            // An acknowledgement without a reason would say that it was taken.
            return mqtt311 && packetId > 0
                    ? end(MqttReasonCodes.Disconnect.QUOTA_EXCEEDED, "over its quota")
                    : Optional.empty();
        }
        SparkplugSession node = sparkplug;
        return node != null
                ? hear(node, message, topic, packetId, nowNanos)
                : route(message, topic, packetId, nowNanos);
    }

    private Optional<End> hear(
            SparkplugSession node, MqttPublishMessage message, String topic, int packetId, long nowNanos) {
        Optional<SparkplugSession.Outcome> heard = node.hear(topic, ByteBufUtil.getBytes(message.payload()));
        if (heard.isEmpty()) {
            return forbidden(topic, packetId, nowNanos);
        }
        SparkplugSession.Outcome outcome = heard.get();
        MqttReasonCodes.PubAck code =
                outcome.readable() ? MqttReasonCodes.PubAck.SUCCESS : MqttReasonCodes.PubAck.PAYLOAD_FORMAT_INVALID;
        int last = outcome.records().size() - 1;
        for (int i = 0; i <= last; i++) { // the acknowledgement goes with the last of its records
            send(outcome.records().get(i), i == last ? packetId : 0, code, nowNanos);
        }
        if (last < 0) {
            refuse(packetId, code, nowNanos);
        }
        MqttPublishMessage answer = outcome.answer();
        if (answer != null) {
            answers.accept(answer);
        }
        return Optional.empty();
    }

    private Optional<End> forbidden(String topic, int packetId, long nowNanos) {
        if (packetId == 0 || mqtt311) { // nothing else could tell the device (3.1.1: 3.3.5)
            foreign(topic, 0, nowNanos);
            return end(MqttReasonCodes.Disconnect.NOT_AUTHORIZED, "foreign topic");
        }
        foreign(topic, packetId, nowNanos);
        return Optional.empty();
    }

    private static Optional<End> end(MqttReasonCodes.Disconnect code, String reason) {
        return Optional.of(new End(code, reason));
    }

    private Optional<End> route(MqttPublishMessage message, String topic, int packetId, long nowNanos) {
        PublishRouter.Address address = address(topic);
        PublishRouter.Route route = address == null
                ? new PublishRouter.Route.Forbidden()
                : gateway.router()
                        .route(
                                address,
                                topic,
                                ByteBufUtil.getBytes(message.payload()),
                                Packets.userProperty(message, MqttTopic.PROPERTY_BOOT),
                                Packets.userProperty(message, MqttTopic.PROPERTY_SEQ));
        switch (route) {
            case PublishRouter.Route.Accepted accepted -> {
                if (address != null && address.isReport()) {
                    trace(message, accepted.record());
                }
                send(accepted.record(), packetId, MqttReasonCodes.PubAck.SUCCESS, nowNanos);
            }
            case PublishRouter.Route.Unreadable unreadable -> {
                gateway.meters().deadLetters.increment();
                DeviceLog.of(
                        device,
                        () -> LOG.info("unreadable message of {} on `{}`: {}", device, topic, unreadable.reason()));
                send(unreadable.record(), packetId, MqttReasonCodes.PubAck.PAYLOAD_FORMAT_INVALID, nowNanos);
            }
            case PublishRouter.Route.Forbidden forbidden -> {
                return forbidden(topic, packetId, nowNanos);
            }
        }
        return Optional.empty();
    }

    /** Of a report the trace of the change that it answers goes along; nothing else that a device says is traced. */
    private static void trace(MqttPublishMessage message, ProducerRecord<byte[], byte @Nullable []> record) {
        Traceparent.find(Packets.userProperty(message, Traceparent.NAME))
                .ifPresent(trace -> record.headers().add(Traceparent.NAME, trace.header()));
    }

    private PublishRouter.@Nullable Address address(String topic) {
        PublishRouter.Address known = lastAddress;
        if (known != null && topic.equals(lastTopic)) {
            return known;
        }
        PublishRouter.Address found = gateway.router().address(device, topic).orElse(null);
        if (found != null && found.device().equals(device)) { // a sub-device may be shut out at any time
            lastTopic = topic;
            lastAddress = found;
        }
        return found;
    }

    /** For the audit trail, once per connection so that nobody can flood it. The refusal waits for Kafka like any ack. */
    private void foreign(String topic, int packetId, long nowNanos) {
        gateway.meters().foreignTopics.increment();
        if (foreignTopicTold) {
            refuse(packetId, MqttReasonCodes.PubAck.NOT_AUTHORIZED, nowNanos);
            return;
        }
        foreignTopicTold = true;
        DeviceLog.of(device, () -> LOG.warn("{} published to `{}`, which is not its own", device, topic));
        tell(
                "security.foreign-topic",
                Map.of("topic", topic),
                packetId,
                MqttReasonCodes.PubAck.NOT_AUTHORIZED,
                nowNanos);
    }

    /** A message beyond a quota is refused with 0x97, at QoS 0 dropped; the device stays, and so does the order of its answers. */
    private boolean isTooMuch(MqttPublishMessage message, int packetId, long nowNanos) {
        Quota.Use own = ownQuota;
        Quota.Use tenants = tenantQuota;
        if (own == null || tenants == null) {
            own = gateway.quotas().ofDevice(nowNanos);
            tenants = gateway.quotas().ofTenant(device, nowNanos);
            ownQuota = own;
            tenantQuota = tenants;
        }
        int bytes = message.payload().readableBytes();
        boolean ownFits = own.take(bytes, nowNanos);
        if (ownFits && tenants.take(bytes, nowNanos)) {
            return false;
        }
        gateway.meters().overQuota.increment();
        if ((ownFits ? tenants : own).isToBeTold(nowNanos)) {
            String whose = ownFits ? "tenant" : "device";
            DeviceLog.of(device, () -> LOG.warn("{} sends more than the quota of its {} allows", device, whose));
            tell(
                    "security.quota-exceeded",
                    Map.of("quota", whose),
                    packetId,
                    MqttReasonCodes.PubAck.QUOTA_EXCEEDED,
                    nowNanos);
        } else {
            refuse(packetId, MqttReasonCodes.PubAck.QUOTA_EXCEEDED, nowNanos);
        }
        return true;
    }

    private void tell(
            String kind, Map<String, String> details, int packetId, MqttReasonCodes.PubAck answer, long nowNanos) {
        byte[] event = new DeviceEvent(kind, gateway.clock().instant(), details).toJson();
        byte[] key = device.key().getBytes(StandardCharsets.UTF_8);
        send(new ProducerRecord<>(gateway.topics().events(), key, event), packetId, answer, nowNanos);
    }

    private void refuse(int packetId, MqttReasonCodes.PubAck answer, long nowNanos) {
        if (packetId > 0) {
            window.refuse(packetId, answer.byteValue(), nowNanos);
        }
    }

    private void send(
            ProducerRecord<byte[], byte @Nullable []> record,
            int packetId,
            MqttReasonCodes.PubAck answer,
            long nowNanos) {
        outgoing.add(window.add(record, packetId, answer.byteValue(), nowNanos));
    }

    /** Hands everything taken so far to Kafka, in its order. */
    void submit(LoopWork loop) {
        if (!outgoing.isEmpty()) {
            loop.submit(outgoing);
            outgoing = new ArrayList<>();
        }
    }
}
