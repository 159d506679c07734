package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.telemetry.gateway.PublishRouter.Route;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes a device sends, in whatever pieces: they become packets or a failure that closes its connection, nothing
 * is thrown, and what is published goes to topics of this device alone.
 */
class DeviceBytesFuzzTest {
    private static final int MAX_PACKET = 4_096;
    private static final DeviceRef DEVICE = DeviceRef.of("t", "d");
    private static final byte[] CONNECT = {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 60, 0, 0, 0};

    private final KafkaTopics topics = new KafkaTopics("");
    private final PublishRouter router = new PublishRouter(topics, () -> Instant.ofEpochMilli(1_000_000));

    @FuzzTest(maxDuration = "2m")
    void survivesAnyBytes(FuzzedDataProvider data) {
        EmbeddedChannel channel = new EmbeddedChannel(new MqttDecoder(MAX_PACKET));
        try {
            if (data.consumeBoolean()) {
                feed(channel, CONNECT); // from then on it is MQTT 5
            }
            while (data.remainingBytes() > 0) {
                feed(channel, data.consumeBytes(data.consumeInt(1, 64)));
            }
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private void feed(EmbeddedChannel channel, byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            try {
                look((MqttMessage) message);
            } finally {
                ReferenceCountUtil.release(message);
            }
        }
    }

    /** As a connection looks at what is decoded. */
    private void look(MqttMessage message) {
        if (message.decoderResult().isFailure()) {
            assertThat(message.decoderResult().cause()).isNotNull();
        } else if (message instanceof MqttConnectMessage connect) {
            assertThat(Packets.receiveMaximum(connect)).isNotNegative();
            assertThat(Packets.maximumPacketSize(connect)).isNotNegative();
        } else if (message instanceof MqttPublishMessage publish) {
            Packets.topicAlias(publish);
            Route route = router.route(
                    DEVICE,
                    publish.variableHeader().topicName(),
                    ByteBufUtil.getBytes(publish.payload()),
                    Packets.userProperty(publish, "boot"),
                    Packets.userProperty(publish, "seq"));
            if (route instanceof Route.Accepted accepted) {
                assertThat(new String(accepted.record().key(), StandardCharsets.UTF_8))
                        .isEqualTo("t/d");
            }
        }
    }

    @Test
    void tellsAPacketThatIsTooLargeFromOneThatIsBroken() {
        EmbeddedChannel channel = new EmbeddedChannel(new MqttDecoder(MAX_PACKET));
        channel.writeInbound(Unpooled.wrappedBuffer(CONNECT));
        MqttMessage connect = channel.readInbound();
        assertThat(connect.decoderResult().isSuccess()).isTrue();

        channel.writeInbound(
                Unpooled.wrappedBuffer(new byte[] {0x32, (byte) 0xFF, (byte) 0xFF, 0x7F, 0, 1, 'a', 0, 1, 0}));

        MqttMessage tooLarge = channel.readInbound();
        assertThat(tooLarge.decoderResult().cause()).isInstanceOf(io.netty.handler.codec.TooLongFrameException.class);
        channel.finishAndReleaseAll();
    }
}
