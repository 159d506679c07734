package dev.muster.agent.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/** The agent's codec beside Netty's, which it shares nothing with: what both read is the same, what it writes Netty reads. */
class AgentPacketsFuzzTest {
    private static final int LIMIT = 1000;
    private static final int USER_PROPERTY = 38;

    @FuzzTest(maxDuration = "2m")
    void whatTheAgentAcceptsNettyReadsAlike(byte[] bytes) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        PacketReader reader = new PacketReader(in, LIMIT);
        EmbeddedChannel netty = netty();
        try {
            while (true) {
                int from = bytes.length - in.available();
                Packet ours = reader.next();
                int to = bytes.length - in.available();
                compare(ours, read(netty, Arrays.copyOfRange(bytes, from, to)));
            }
        } catch (IOException e) {
            // The end, or what we refuse: we may be stricter than Netty.
        } finally {
            netty.finishAndReleaseAll();
        }
    }

    @FuzzTest(maxDuration = "2m")
    void whatTheAgentWritesNettyReads(FuzzedDataProvider data) throws IOException {
        boolean acknowledged = data.consumeBoolean();
        int packetId = acknowledged ? data.consumeInt(1, 0xFFFF) : 0;
        int alias = data.consumeInt(0, 0xFFFF);
        String name = data.consumeAsciiString(20).replace('\0', 'x');
        String topic = "t/" + data.consumeAsciiString(40).replaceAll("[\0+#]", "x");
        byte[] payload = data.consumeBytes(LIMIT - 200);
        PacketWriter writer = new PacketWriter();
        writer.publish(packetId, alias, topic, Map.of("name", name), payload);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.writeTo(bytes);
        EmbeddedChannel netty = netty();

        MqttPublishMessage message = (MqttPublishMessage) read(netty, bytes.toByteArray());

        assertThat(message.fixedHeader().qosLevel().value()).isEqualTo(acknowledged ? 1 : 0);
        assertThat(message.variableHeader().topicName()).isEqualTo(topic);
        if (acknowledged) {
            assertThat(message.variableHeader().packetId()).isEqualTo(packetId);
        }
        MqttProperties properties = message.variableHeader().properties();
        MqttProperties.MqttProperty<?> read = properties.getProperty(PropertyReader.TOPIC_ALIAS);
        assertThat(read == null ? 0 : read.value()).isEqualTo(alias);
        assertThat(properties.getProperties(USER_PROPERTY)).singleElement().satisfies(property -> {
            MqttProperties.StringPair pair = ((MqttProperties.UserProperty) property).value();
            assertThat(pair.key).isEqualTo("name");
            assertThat(pair.value).isEqualTo(name);
        });
        assertThat(ByteBufUtil.getBytes(message.payload())).isEqualTo(payload);
        message.release();
        netty.finishAndReleaseAll();
    }

    /** Netty as a server that was sent our CONNECT: only then it knows that this is MQTT 5. */
    private static EmbeddedChannel netty() throws IOException {
        EmbeddedChannel netty = new EmbeddedChannel(new MqttDecoder(LIMIT));
        PacketWriter writer = new PacketWriter();
        writer.connect(MqttOptions.of("t/d", 60, 16, LIMIT).withWill(new MqttOptions.Will("w", "gone", 7)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.writeTo(bytes);
        MqttConnectMessage connect = (MqttConnectMessage) read(netty, bytes.toByteArray());
        assertThat(connect.variableHeader().isCleanSession()).isTrue();
        assertThat(connect.variableHeader().keepAliveTimeSeconds()).isEqualTo(60);
        assertThat(connect.payload().clientIdentifier()).isEqualTo("t/d");
        assertThat(connect.payload().willTopic()).isEqualTo("w");
        return netty;
    }

    private static MqttMessage read(EmbeddedChannel netty, byte[] packet) {
        netty.writeInbound(Unpooled.wrappedBuffer(packet));
        MqttMessage message = netty.readInbound();
        assertThat(message).as("what Netty reads").isNotNull();
        assertThat(message.decoderResult().cause()).isNull();
        return message;
    }

    private static void compare(Packet ours, MqttMessage theirs) {
        switch (ours) {
            case Packet.Connack connack -> {
                MqttConnAckMessage message = (MqttConnAckMessage) theirs;
                assertThat(message.variableHeader().isSessionPresent()).isEqualTo(connack.sessionPresent());
                MqttProperties.MqttProperty<?> most =
                        message.variableHeader().properties().getProperty(PropertyReader.RECEIVE_MAXIMUM);
                assertThat(most == null ? 65_535 : most.value()).isEqualTo(connack.receiveMaximum());
            }
            case Packet.Publish publish -> {
                MqttPublishMessage message = (MqttPublishMessage) theirs;
                assertThat(message.variableHeader().topicName()).isEqualTo(publish.topic());
                assertThat(ByteBufUtil.getBytes(message.payload())).isEqualTo(publish.payload());
                if (publish.packetId() > 0) {
                    assertThat(message.variableHeader().packetId()).isEqualTo(publish.packetId());
                }
                message.release();
            }
            case Packet.Puback puback -> {
                MqttPubReplyMessageVariableHeader header = (MqttPubReplyMessageVariableHeader) theirs.variableHeader();
                assertThat(header.messageId()).isEqualTo(puback.packetId());
                assertThat(header.reasonCode() & 0xFF).isEqualTo(puback.reasonCode());
            }
            case Packet.Pingresp pingresp ->
                assertThat(theirs.fixedHeader().messageType()).isEqualTo(MqttMessageType.PINGRESP);
            case Packet.Disconnect disconnect -> {
                MqttReasonCodeAndPropertiesVariableHeader header =
                        (MqttReasonCodeAndPropertiesVariableHeader) theirs.variableHeader();
                assertThat(header.reasonCode() & 0xFF).isEqualTo(disconnect.reasonCode());
            }
        }
    }
}
