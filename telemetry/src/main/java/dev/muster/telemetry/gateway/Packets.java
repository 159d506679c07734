package dev.muster.telemetry.gateway;

import dev.muster.protocol.trace.Traceparent;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperties;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes and reads the parts of MQTT 5 packets that a gateway needs. */
final class Packets {
    /** Receive maximum and packet size of a client that does not say (MQTT 5, 3.1.2.11.3). */
    static final int DEFAULT_RECEIVE_MAXIMUM = 65_535;

    static final int NO_ALIAS = -1;

    private Packets() {}

    static MqttConnAckMessage accepted(
            GatewayLimits limits,
            int keepAliveSeconds,
            boolean keepAliveChanged,
            @Nullable String assignedClientId,
            boolean wildcards) {
        MqttProperties properties = new MqttProperties();
        add(properties, MqttPropertyType.RECEIVE_MAXIMUM, limits.receiveMaximum());
        add(properties, MqttPropertyType.MAXIMUM_PACKET_SIZE, limits.maxPacketBytes());
        add(properties, MqttPropertyType.TOPIC_ALIAS_MAXIMUM, TopicAliases.MAXIMUM);
        add(properties, MqttPropertyType.MAXIMUM_QOS, 1);
        add(properties, MqttPropertyType.RETAIN_AVAILABLE, 0);
        add(properties, MqttPropertyType.WILDCARD_SUBSCRIPTION_AVAILABLE, wildcards ? 1 : 0);
        add(properties, MqttPropertyType.SHARED_SUBSCRIPTION_AVAILABLE, 0);
        add(properties, MqttPropertyType.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0);
        add(properties, MqttPropertyType.SESSION_EXPIRY_INTERVAL, 0);
        if (keepAliveChanged) {
            add(properties, MqttPropertyType.SERVER_KEEP_ALIVE, keepAliveSeconds);
        }
        if (assignedClientId != null) {
            properties.add(new StringProperty(MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER.value(), assignedClientId));
        }
        return MqttMessageBuilders.connAck()
                .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                .sessionPresent(false)
                .properties(properties)
                .build();
    }

    static MqttConnAckMessage refused(MqttConnectReturnCode code) {
        return MqttMessageBuilders.connAck()
                .returnCode(code)
                .sessionPresent(false)
                .build();
    }

    /** What a client of MQTT 3.1.1 is told instead (3.2.2.3): it knows five reasons. */
    static MqttConnectReturnCode inMqtt311(MqttConnectReturnCode code) {
        return switch (code) {
            case CONNECTION_REFUSED_NOT_AUTHORIZED_5 -> MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
            case CONNECTION_REFUSED_SERVER_UNAVAILABLE_5 -> MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
            default -> code;
        };
    }

    static MqttMessage disconnect(MqttReasonCodes.Disconnect reason) {
        return MqttMessageBuilders.disconnect().reasonCode(reason.byteValue()).build();
    }

    static MqttMessage pong() {
        return new MqttMessage(new MqttFixedHeader(MqttMessageType.PINGRESP, false, MqttQoS.AT_MOST_ONCE, false, 0));
    }

    static MqttSubAckMessage subscribed(int packetId, List<MqttReasonCodes.SubAck> codes) {
        return new MqttSubAckMessage(
                new MqttFixedHeader(MqttMessageType.SUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
                new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
                new MqttSubAckPayload(codes.toArray(MqttReasonCodes.SubAck[]::new)));
    }

    /** In MQTT 3.1.1, which has no codes there. */
    static MqttUnsubAckMessage unsubscribed(int packetId) {
        return new MqttUnsubAckMessage(
                new MqttFixedHeader(MqttMessageType.UNSUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
                new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
                new MqttUnsubAckPayload());
    }

    static MqttUnsubAckMessage unsubscribed(int packetId, int topics) {
        return new MqttUnsubAckMessage(
                new MqttFixedHeader(MqttMessageType.UNSUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
                new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
                new MqttUnsubAckPayload(Collections.nCopies(topics, (short) 0)));
    }

    /** At QoS 1; with the trace of the change that it tells of, unless that is {@code null}. */
    static MqttPublishMessage publish(String topic, int packetId, byte[] payload, @Nullable Traceparent trace) {
        MqttProperties properties = MqttProperties.NO_PROPERTIES;
        if (trace != null) {
            properties = new MqttProperties();
            properties.add(new UserProperty(Traceparent.NAME, trace.text()));
        }
        return MqttMessageBuilders.publish()
                .topicName(topic)
                .qos(MqttQoS.AT_LEAST_ONCE)
                .retained(false)
                .messageId(packetId)
                .properties(properties)
                .payload(Unpooled.wrappedBuffer(payload))
                .build();
    }

    /** At QoS 0, which is what Sparkplug asks of commands. */
    static MqttPublishMessage publishOnce(String topic, boolean retained, byte[] payload) {
        return MqttMessageBuilders.publish()
                .topicName(topic)
                .qos(MqttQoS.AT_MOST_ONCE)
                .retained(retained)
                .payload(Unpooled.wrappedBuffer(payload))
                .build();
    }

    static int receiveMaximum(MqttConnectMessage connect) {
        return integer(
                connect.variableHeader().properties(), MqttPropertyType.RECEIVE_MAXIMUM, DEFAULT_RECEIVE_MAXIMUM);
    }

    /** Largest packet the client takes, in bytes. */
    static long maximumPacketSize(MqttConnectMessage connect) {
        int value = integer(connect.variableHeader().properties(), MqttPropertyType.MAXIMUM_PACKET_SIZE, 0);
        return value == 0 ? Long.MAX_VALUE : Integer.toUnsignedLong(value);
    }

    /** The number that stands for the topic, {@link #NO_ALIAS} if there is none. */
    static int topicAlias(MqttPublishMessage publish) {
        return integer(publish.variableHeader().properties(), MqttPropertyType.TOPIC_ALIAS, NO_ALIAS);
    }

    /** The first user property {@code name}, {@code null} if there is none. */
    static @Nullable String userProperty(MqttPublishMessage publish, String name) {
        if (publish.variableHeader().properties().getProperty(MqttPropertyType.USER_PROPERTY.value())
                instanceof UserProperties pairs) {
            for (MqttProperties.StringPair pair : pairs.value()) {
                if (pair.key.equals(name)) {
                    return pair.value;
                }
            }
        }
        return null;
    }

    private static int integer(MqttProperties properties, MqttPropertyType type, int otherwise) {
        return properties.getProperty(type.value()) instanceof IntegerProperty property ? property.value() : otherwise;
    }

    private static void add(MqttProperties properties, MqttPropertyType type, int value) {
        properties.add(new IntegerProperty(type.value(), value));
    }
}
