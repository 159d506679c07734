package dev.muster.simulator.net;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.simulator.device.Ending;
import dev.muster.simulator.device.Outgoing;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection with the gateway, from the handshake to its end; never used again. On its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the channel, and the device is told
final class MqttConnection extends SimpleChannelInboundHandler<MqttMessage> {
    private static final int MAX_ID = 0xFFFF;
    private static final int DEFAULT_RECEIVE_MAXIMUM = 0xFFFF;
    private static final int OUR_RECEIVE_MAXIMUM = 16;
    private static final int FAILURE = 0x80;

    private final DeviceLink link;
    private final Deque<Flight> flying = new ArrayDeque<>(2);
    private @Nullable ChannelHandlerContext context;
    private Ending ending = new Ending.Lost("connection lost");
    private int lastId;
    private boolean open;
    private long keepAliveNanos;
    private long heardNanos;
    private long wroteNanos;

    /** A message whose acknowledgement is due. */
    private record Flight(int id, Outgoing message, long sentNanos) {}

    MqttConnection(DeviceLink link) {
        this.link = link;
    }

    Ending ending() {
        return ending;
    }

    /** It ends for this reason, unless another was there before. */
    void lost(String why) {
        if (ending instanceof Ending.Lost) {
            ending = new Ending.Lost(why);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext with, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent shaken) {
            context = with;
            if (ending instanceof Ending.Ours) {
                with.close(); // while it was on its way in
            } else if (shaken.isSuccess()) {
                hello(with);
            } else {
                lost("TLS: " + shaken.cause().getClass().getSimpleName());
            }
        }
        super.userEventTriggered(with, event);
    }

    private void hello(ChannelHandlerContext with) {
        MqttProperties properties = new MqttProperties();
        properties.add(new IntegerProperty(MqttPropertyType.RECEIVE_MAXIMUM.value(), OUR_RECEIVE_MAXIMUM));
        properties.add(new IntegerProperty(MqttPropertyType.MAXIMUM_PACKET_SIZE.value(), DeviceLink.MOST_PACKET_BYTES));
        with.writeAndFlush(MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_5)
                .clientId(link.identity().ref().key())
                .cleanSession(true)
                .keepAlive(link.keepAliveSeconds())
                .properties(properties)
                .build());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext with, MqttMessage packet) {
        heardNanos = System.nanoTime();
        if (packet.decoderResult().isFailure()) {
            lost("malformed packet");
            with.close();
            return;
        }
        switch (packet.fixedHeader().messageType()) {
            case CONNACK -> welcomed(with, (MqttConnAckMessage) packet);
            case PUBLISH -> heard(with, (MqttPublishMessage) packet);
            case PUBACK -> acknowledged(packet);
            case DISCONNECT -> {
                if (packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader said) {
                    ending = new Ending.Told(said.reasonCode() & 0xFF);
                }
                with.close();
            }
            case PINGRESP -> {}
            default -> {
                lost("unexpected packet");
                with.close();
            }
        }
    }

    private void welcomed(ChannelHandlerContext with, MqttConnAckMessage answer) {
        int code = answer.variableHeader().connectReturnCode().byteValue() & 0xFF;
        if (code != 0) {
            ending = new Ending.Told(code);
            with.close();
            return;
        }
        MqttProperties properties = answer.variableHeader().properties();
        int keepAlive = integer(properties, MqttPropertyType.SERVER_KEEP_ALIVE, link.keepAliveSeconds());
        keepAliveNanos = TimeUnit.SECONDS.toNanos(keepAlive);
        wroteNanos = heardNanos;
        open = true;
        keepAlive(with);
        readSlowly(with);
        link.device().opened(integer(properties, MqttPropertyType.RECEIVE_MAXIMUM, DEFAULT_RECEIVE_MAXIMUM));
    }

    private static int integer(MqttProperties properties, MqttPropertyType type, int otherwise) {
        return properties.getProperty(type.value()) instanceof IntegerProperty found ? found.value() : otherwise;
    }

    // Looked at twice in a keep-alive: one timer for both sides, however much is said.
    private void keepAlive(ChannelHandlerContext with) {
        if (keepAliveNanos == 0) {
            return;
        }
        with.executor()
                .schedule(
                        () -> {
                            if (!open || !with.channel().isActive()) {
                                return;
                            }
                            long now = System.nanoTime();
                            if (now - heardNanos > 2 * keepAliveNanos) {
                                lost("nothing heard");
                                with.close();
                                return;
                            }
                            if (now - Math.min(wroteNanos, heardNanos) >= keepAliveNanos / 4 * 3) {
                                wroteNanos = now;
                                with.writeAndFlush(new MqttMessage(new MqttFixedHeader(
                                        MqttMessageType.PINGREQ, false, MqttQoS.AT_MOST_ONCE, false, 0)));
                            }
                            keepAlive(with);
                        },
                        keepAliveNanos / 2,
                        TimeUnit.NANOSECONDS);
    }

    private void readSlowly(ChannelHandlerContext with) {
        Optional<Duration> every = link.device().behaviour().readsEvery();
        if (every.isEmpty()) {
            return;
        }
        with.channel().config().setAutoRead(false);
        with.executor()
                .schedule(
                        () -> {
                            if (with.channel().isActive()) {
                                with.read();
                                readSlowly(with);
                            }
                        },
                        every.get().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void heard(ChannelHandlerContext with, MqttPublishMessage packet) {
        DeviceRef ref = link.identity().ref();
        MqttTopic topic =
                MqttTopic.parse(ref, packet.variableHeader().topicName()).orElse(null);
        byte[] payload = ByteBufUtil.getBytes(packet.payload());
        if (packet.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE) {
            wroteNanos = heardNanos;
            with.writeAndFlush(MqttMessageBuilders.pubAck()
                    .packetId(packet.variableHeader().packetId())
                    .build());
        }
        try {
            switch (topic) {
                case MqttTopic.Desired desired ->
                    link.device().hint(DesiredHint.fromJson(payload).generation());
                case MqttTopic.CommandRequest asked -> link.device().command(Command.fromJson(payload));
                case null, default -> {}
            }
        } catch (ProtocolException e) {
            link.figures().refused("unreadable message");
        }
    }

    void publish(Outgoing message) {
        ChannelHandlerContext with = context;
        if (with == null || !open) {
            return;
        }
        lastId = lastId % MAX_ID + 1;
        MqttProperties properties = new MqttProperties();
        if (message instanceof Outgoing.Samples samples) {
            properties.add(new UserProperty(MqttTopic.PROPERTY_BOOT, Long.toString(samples.boot())));
            properties.add(new UserProperty(MqttTopic.PROPERTY_SEQ, Long.toString(samples.seq())));
        }
        wroteNanos = System.nanoTime();
        flying.add(new Flight(lastId, message, wroteNanos));
        link.figures().sent.increment();
        with.writeAndFlush(MqttMessageBuilders.publish()
                .topicName(message.topic().of(link.identity().ref()))
                .qos(MqttQoS.AT_LEAST_ONCE)
                .retained(false)
                .messageId(lastId)
                .properties(properties)
                .payload(Unpooled.wrappedBuffer(message.payload()))
                .build());
    }

    private void acknowledged(MqttMessage packet) {
        int id = ((MqttMessageIdVariableHeader) packet.variableHeader()).messageId();
        int code = packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader reply
                ? reply.reasonCode() & 0xFF
                : 0;
        // The gateway acknowledges in order; only what is out of it is looked for.
        Flight first = flying.peek();
        Flight flight = first != null && first.id() == id ? flying.poll() : find(id);
        if (flight == null) {
            link.figures().refused("PUBACK of nothing");
            return;
        }
        // One that reads slowly would tell of itself.
        if (link.device().behaviour().readsEvery().isEmpty()) {
            link.figures().latencies.add(System.nanoTime() - flight.sentNanos());
        }
        if (code < FAILURE) {
            link.figures().acknowledged.increment();
        }
        link.device().acknowledged(flight.message(), code);
    }

    private @Nullable Flight find(int id) {
        for (Flight flight : flying) {
            if (flight.id() == id) {
                flying.remove(flight);
                return flight;
            }
        }
        return null;
    }

    void close(boolean politely) {
        ending = new Ending.Ours();
        ChannelHandlerContext with = context;
        if (with == null) {
            return; // still on its way in: ends there
        }
        if (politely && open) {
            with.writeAndFlush(MqttMessageBuilders.disconnect()
                            .reasonCode((byte) 0)
                            .build())
                    .addListener(written -> with.close());
        } else {
            with.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext with) throws Exception {
        open = false;
        link.ended(this);
        super.channelInactive(with);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext with, Throwable cause) {
        Throwable below = cause.getCause();
        lost((below == null ? cause : below).getClass().getSimpleName());
        with.close();
    }
}
