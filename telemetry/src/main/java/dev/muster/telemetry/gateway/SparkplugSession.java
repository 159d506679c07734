package dev.muster.telemetry.gateway;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.SparkplugName;
import dev.muster.protocol.kafka.SparkplugNode;
import dev.muster.telemetry.record.TelemetryBatch;
import dev.muster.telemetry.sparkplug.EdgeNode;
import dev.muster.telemetry.sparkplug.Effect;
import dev.muster.telemetry.sparkplug.Heard;
import dev.muster.telemetry.sparkplug.HostState;
import dev.muster.telemetry.sparkplug.NodeFigures;
import dev.muster.telemetry.sparkplug.NodeId;
import dev.muster.telemetry.sparkplug.Rebirth;
import dev.muster.telemetry.sparkplug.SparkplugTopic;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the session of a foreign edge node may say and hear, and what becomes of it. What the node is known by lives as long as its
 * connection: a node that connects again says its births again. On the event loop.
 */
final class SparkplugSession {
    private static final Logger LOG = LoggerFactory.getLogger(SparkplugSession.class);
    /** Devices and counts are told this often at most; births and deaths of the node at once. */
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** So many devices are told by name; a record has its bound. */
    private static final int TOLD_DEVICES = 200;

    private final GatewayContext gateway;
    private final DeviceRef device;
    private final SparkplugName name;
    private final EdgeNode node;
    private byte @Nullable [] will;
    private long epoch;
    private Optional<NodeFigures.Session> lastSession = Optional.empty();
    private boolean untold;
    private long toldNanos;

    private SparkplugSession(GatewayContext gateway, DeviceRef device, SparkplugName name) {
        this.gateway = gateway;
        this.device = device;
        this.name = name;
        this.node = new EdgeNode(new NodeId(name.group(), name.node()));
    }

    /** {@code null} for a device that is no edge node. */
    static @Nullable SparkplugSession of(GatewayContext gateway, DeviceRef device) {
        return gateway.directory()
                .find(device.key())
                .flatMap(DeviceState::sparkplug)
                .map(name -> new SparkplugSession(gateway, device, name))
                .orElse(null);
    }

    /** Whether the device still is this edge node. */
    boolean is(Optional<SparkplugName> stated) {
        return stated.filter(name::equals).isPresent();
    }

    /** Keeps the will; false if it is anything but this node's death. */
    boolean keepWill(MqttConnectMessage connect) {
        if (!connect.variableHeader().isWillFlag()) {
            return true;
        }
        if (connect.variableHeader().isWillRetain()
                || !topic(SparkplugTopic.Type.NDEATH).equals(connect.payload().willTopic())) {
            return false;
        }
        will = connect.payload().willMessageInBytes();
        return true;
    }

    private String topic(SparkplugTopic.Type type) {
        return SparkplugTopic.of(node.id(), type).text();
    }

    /** The session is the node's; what an earlier one left behind is over. */
    ProducerRecord<byte[], byte @Nullable []> began(long claimedEpoch) {
        epoch = claimedEpoch;
        return state();
    }

    /**
     * What a message comes to.
     *
     * @param records for Kafka, in this order
     * @param answer to the node, at QoS 0; {@code null} for none
     */
    record Outcome(
            List<ProducerRecord<byte[], byte @Nullable []>> records,
            boolean readable,
            @Nullable MqttPublishMessage answer) {}

    /** Takes a message; empty if it is not the node's to send. */
    Optional<Outcome> hear(String topic, byte[] payload) {
        return SparkplugTopic.parse(topic)
                .filter(parsed ->
                        parsed.node().equals(node.id()) && !parsed.type().isCommand())
                .map(parsed -> hear(parsed, topic, payload));
    }

    private Outcome hear(SparkplugTopic parsed, String topic, byte[] payload) {
        Instant now = gateway.clock().instant();
        Heard heard = node.hear(parsed, payload, now);
        List<ProducerRecord<byte[], byte @Nullable []>> records = new ArrayList<>(2);
        if (!heard.metrics().isEmpty()) {
            records.add(new ProducerRecord<>(
                    gateway.topics().telemetry(),
                    key(),
                    TelemetryBatch.newBuilder()
                            .setTenant(device.tenant().value())
                            .setDevice(device.device().value())
                            .setReceivedAtMs(now.toEpochMilli())
                            .addAllMetrics(heard.metrics())
                            .build()
                            .toByteArray()));
        }
        heard.refusal().ifPresent(reason -> {
            gateway.meters().deadLetters.increment();
            records.add(PublishRouter.deadLetter(gateway.topics(), key(), topic, payload, reason));
        });
        if (take(heard.effects())) {
            records.add(state());
        }
        return new Outcome(records, heard.refusal().isEmpty(), heard.asksRebirth() ? rebirth() : null);
    }

    /** Counts; true if the node came or went. */
    private boolean take(List<Effect> effects) {
        boolean turned = false;
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Online online -> {
                    gateway.meters().sparkplugBirths.increment();
                    turned = true;
                }
                case Effect.Offline offline -> turned = true;
                case Effect.DeviceOnline online -> untold = true;
                case Effect.DeviceOffline offline -> untold = true;
                case Effect.Gap gap -> {
                    gateway.meters().sparkplugGaps.increment();
                    gateway.meters().sparkplugLost.add(gap.lost());
                    untold = true;
                }
                case Effect.OutOfOrder late -> {
                    gateway.meters().sparkplugLate.increment();
                    untold = true;
                }
                case Effect.AskRebirth ask -> {
                    LOG.info("asking {} for its births: {}", device, ask.reason());
                    gateway.meters().sparkplugRebirths.increment();
                    untold = true;
                }
                case Effect.Refused refused -> untold = true;
                case Effect.Ignored ignored -> LOG.debug("ignored a message of {}: {}", device, ignored.reason());
                case Effect.LeftOut left -> LOG.debug("{} of {} is not kept: {}", left.metric(), device, left.reason());
            }
        }
        return turned;
    }

    /** The command that asks the node for its births, whoever wants them. */
    MqttPublishMessage rebirth() {
        return Packets.publishOnce(
                Rebirth.topic(node.id()), false, Rebirth.payload(gateway.clock().millis()));
    }

    /** Whether the node may subscribe: its own commands, and the state of this host. */
    private boolean grants(String filter) {
        String commands = topic(SparkplugTopic.Type.NCMD);
        String below = SparkplugTopic.NAMESPACE + "/" + name.group() + "/DCMD/" + name.node() + "/";
        return filter.equals(commands)
                || filter.equals(commands + "/#")
                || (filter.startsWith(below) && isLastLevel(filter.substring(below.length())))
                || filter.equals(HostState.topic(gateway.host()));
    }

    private static boolean isLastLevel(String text) {
        return text.equals("#")
                || text.equals("+")
                || (!text.isEmpty() && text.chars().noneMatch(c -> c == '/' || c == '+' || c == '#'));
    }

    /** The answers to a SUBSCRIBE. Everything goes to a node at QoS 0: its commands may be at no other. */
    List<MqttMessage> subscribe(MqttSubscribeMessage asked, boolean mqtt311) {
        MqttReasonCodes.SubAck no =
                mqtt311 ? MqttReasonCodes.SubAck.UNSPECIFIED_ERROR : MqttReasonCodes.SubAck.NOT_AUTHORIZED;
        List<String> filters = asked.payload().topicSubscriptions().stream()
                .map(MqttTopicSubscription::topicFilter)
                .toList();
        List<MqttMessage> answers = new ArrayList<>();
        answers.add(Packets.subscribed(
                asked.variableHeader().messageId(),
                filters.stream()
                        .map(filter -> grants(filter) ? MqttReasonCodes.SubAck.GRANTED_QOS_0 : no)
                        .toList()));
        filters.stream().map(this::retained).filter(Objects::nonNull).forEach(answers::add);
        return answers;
    }

    /** What is retained for a filter that was granted; {@code null} for nothing. */
    private @Nullable MqttPublishMessage retained(String filter) {
        return filter.equals(HostState.topic(gateway.host()))
                ? Packets.publishOnce(
                        filter, true, new HostState(true, gateway.startedAt().toEpochMilli()).toJson())
                : null;
    }

    /** What is to be told by now. */
    Optional<ProducerRecord<byte[], byte @Nullable []>> due(long nowNanos) {
        return untold && nowNanos - toldNanos > TELL_NANOS ? Optional.of(state()) : Optional.empty();
    }

    /** The connection is over: the will is heard unless the node said goodbye, and the node is offline either way. */
    ProducerRecord<byte[], byte @Nullable []> ended(boolean saidGoodbye) {
        Instant now = gateway.clock().instant();
        byte[] death = will;
        if (!saidGoodbye && death != null) {
            node.hear(SparkplugTopic.of(node.id(), SparkplugTopic.Type.NDEATH), death, now);
        }
        node.connectionLost(now);
        return state();
    }

    private ProducerRecord<byte[], byte @Nullable []> state() {
        untold = false;
        toldNanos = System.nanoTime();
        NodeFigures figures = node.figures();
        lastSession = figures.session().or(() -> lastSession);
        byte[] json = new SparkplugNode(
                        figures.online(),
                        lastSession.map(NodeFigures.Session::bdSeq),
                        lastSession.map(session -> Instant.ofEpochMilli(session.bornAtMillis())),
                        figures.gaps(),
                        figures.lost(),
                        figures.late(),
                        figures.refused(),
                        figures.rebirths(),
                        figures.devices().stream().limit(TOLD_DEVICES).toList(),
                        epoch,
                        gateway.clock().instant())
                .toJson();
        return new ProducerRecord<>(gateway.topics().sparkplugNodes(), key(), json);
    }

    private byte[] key() {
        return device.key().getBytes(StandardCharsets.UTF_8);
    }
}
