package dev.muster.telemetry.gateway;

import dev.muster.protocol.command.Command;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.SparkplugName;
import dev.muster.protocol.trace.Traceparent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of one device, from the TLS handshake to its end. Everything runs on the connection's event loop;
 * methods that other threads may call say so and only hand over.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and channelInactive tells us
final class DeviceConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceConnection.class);
    private static final int MQTT_5 = 5;
    private static final int MQTT_3_1_1 = 4;
    private static final int MAX_EARLY = 64;
    private static final String GOODBYE = "disconnected";
    /** How long a device that does not read may keep its farewell waiting. */
    private static final long FAREWELL_NANOS = 3_000_000_000L;

    private enum Phase {
        EXPECTING_CONNECT,
        CLAIMING,
        LIVE,
        CLOSING
    }

    /** Why a socket is not read just now. */
    private enum Pause {
        CLAIM,
        KAFKA,
        SLOW_READER,
        DRAIN
    }

    private final GatewayContext gateway;
    private final LoopWork loop;
    private final PublishWindow window;
    private final SessionTale tale;
    private final ReadGate<Pause> gate = new ReadGate<>(Pause.class);
    private final ArrayDeque<MqttMessage> early = new ArrayDeque<>(0);
    private @Nullable ChannelHandlerContext context;
    private @Nullable DeviceRef device;
    private @Nullable SparkplugSession sparkplug;
    private @Nullable Uplink up;
    private @Nullable Downlink down;
    private @Nullable MqttConnectMessage connect;
    private Phase phase = Phase.EXPECTING_CONNECT;
    private String endReason = "connection lost";
    private boolean mqtt311;
    private boolean takenOver;
    private long deadlineNanos;
    private long heardNanos;
    private long silenceNanos = Long.MAX_VALUE;

    DeviceConnection(GatewayContext gateway, LoopWork loop) {
        this.gateway = gateway;
        this.loop = loop;
        this.window = new PublishWindow(loop, this);
        this.tale = new SessionTale(gateway);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        deadlineNanos = System.nanoTime() + gateway.limits().connectTimeout().toNanos();
        loop.add(this);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    private DeviceRef device() {
        return Objects.requireNonNull(device);
    }

    private Downlink down() {
        return Objects.requireNonNull(down);
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        try {
            if (message instanceof MqttMessage packet) {
                read(packet);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(MqttMessage packet) {
        if (packet.decoderResult().isFailure()) {
            malformed(packet.decoderResult().cause());
            return;
        }
        switch (phase) {
            case EXPECTING_CONNECT -> {
                if (packet instanceof MqttConnectMessage asked) {
                    connect(asked);
                } else {
                    gateway.meters().malformed.increment();
                    close("protocol error");
                }
            }
            case CLAIMING -> {
                // A client may send before CONNACK; what one read brought along must wait.
                if (early.size() >= MAX_EARLY) {
                    close("protocol error");
                } else {
                    early.add(ReferenceCountUtil.retain(packet));
                }
            }
            case LIVE -> live(packet);
            case CLOSING -> {}
        }
    }

    private void live(MqttMessage packet) {
        switch (packet.fixedHeader().messageType()) {
            case PUBLISH ->
                Objects.requireNonNull(up)
                        .publish((MqttPublishMessage) packet, System.nanoTime())
                        .ifPresent(end -> disconnect(end.code(), end.reason()));
            case PUBACK -> {
                if (packet.variableHeader() instanceof MqttMessageIdVariableHeader acked) {
                    down().acknowledged(acked.messageId());
                }
            }
            case PINGREQ -> context().write(Packets.pong());
            case SUBSCRIBE -> subscribe((MqttSubscribeMessage) packet);
            case UNSUBSCRIBE -> {
                MqttUnsubscribeMessage asked = (MqttUnsubscribeMessage) packet;
                int packetId = asked.variableHeader().messageId();
                context()
                        .write(
                                mqtt311
                                        ? Packets.unsubscribed(packetId)
                                        : Packets.unsubscribed(
                                                packetId,
                                                asked.payload().topics().size()));
            }
            case DISCONNECT -> close(GOODBYE);
            case CONNECT, CONNACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, PINGRESP, AUTH ->
                disconnect(MqttReasonCodes.Disconnect.PROTOCOL_ERROR, "protocol error");
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        heardNanos = System.nanoTime();
        submitOutgoing();
        if (window.hasAnswers()) { // what was refused here waits for nobody
            writeAcknowledgements();
        }
        from.flush();
        if (phase == Phase.LIVE && gateway.handOff().isFull()) {
            gateway.meters().pauses.increment();
            pause(Pause.KAFKA);
            gateway.handOff().whenRoom(() -> loop.execute(() -> resume(Pause.KAFKA)));
        }
    }

    private void submitOutgoing() {
        if (up != null) {
            up.submit(loop);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (from.channel().isWritable()) {
            resume(Pause.SLOW_READER);
        } else {
            pause(Pause.SLOW_READER);
        }
    }

    private void pause(Pause reason) {
        gate.close(reason);
        context().channel().config().setAutoRead(false);
    }

    private void resume(Pause reason) {
        if (gate.open(reason) && phase != Phase.CLOSING) {
            heardNanos = System.nanoTime(); // the silence was ours
            context().channel().config().setAutoRead(true);
        }
    }

    // ---- CONNECT

    private void connect(MqttConnectMessage asked) {
        gateway.meters().connects.increment();
        int version = asked.variableHeader().version();
        mqtt311 = version != MQTT_5;
        Optional<DeviceRef> who = gateway.front().identify(context().channel(), asked);
        if (who.isEmpty()) {
            refuse(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5, "certificate names no device");
            return;
        }
        device = who.get();
        if (!gateway.directory().isLoaded()) {
            refuse(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5, "states are not read yet");
            return;
        }
        if (!gateway.directory().admits(device().key())) {
            refuse(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5, "unknown or not active");
            return;
        }
        sparkplug = SparkplugSession.of(gateway, device());
        if (version != MQTT_5 && (version != MQTT_3_1_1 || sparkplug == null)) {
            refuse(MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION, "speaks another MQTT");
            return;
        }
        if (sparkplug != null && !sparkplug.keepWill(asked)) {
            refuse(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5, "its will is not its own death");
            return;
        }
        if (mqtt311) {
            window.withoutReasons();
        }
        connect = asked;
        down = new Downlink(gateway.meters(), context(), device(), asked);
        up = new Uplink(gateway, window, device(), sparkplug, mqtt311, context()::write);
        phase = Phase.CLAIMING;
        deadlineNanos = System.nanoTime() + gateway.limits().connectTimeout().toNanos();
        pause(Pause.CLAIM);
        gateway.sessions().await(tale.claimId(), this);
        gateway.handOff().submit(List.of(tale.claim(device(), this)));
    }

    /** Our claim came back: the session is ours. On the tail thread. */
    void claimed(long epoch) {
        loop.execute(() -> accept(epoch));
    }

    private void accept(long epoch) {
        if (phase != Phase.CLAIMING) {
            // Closed while the claim was under way: nobody else will end it.
            tale.began(epoch);
            endSession();
            return;
        }
        MqttConnectMessage asked = Objects.requireNonNull(connect);
        connect = null;
        tale.began(epoch);
        phase = Phase.LIVE;
        if (!gateway.directory().admits(device().key())
                || isAnother(gateway.directory().find(device().key()))) {
            phase = Phase.CLAIMING;
            refuse(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5, "not active any more");
            return;
        }
        int wanted = asked.variableHeader().keepAliveTimeSeconds();
        int keepAlive = gateway.limits().keepAliveSeconds(wanted);
        silenceNanos = keepAlive * 1_500_000_000L; // one and a half times (MQTT 5, 3.1.2.10)
        heardNanos = System.nanoTime();
        String assigned = asked.payload().clientIdentifier().isEmpty() ? device().key() : null;
        context()
                .write(Packets.accepted(gateway.limits(), keepAlive, keepAlive != wanted, assigned, sparkplug != null));
        gateway.handOff().submit(List.of(tale.online(device())));
        if (sparkplug == null) {
            gateway.directory().find(device().key()).ifPresent(state -> down().hint(
                            state.generation(), null)); // an answer to its first fetch names the trace
        } else {
            state(sparkplug.began(epoch));
        }
        for (MqttMessage packet = early.poll(); packet != null; packet = early.poll()) {
            channelRead(context(), packet);
        }
        submitOutgoing();
        context().flush();
        resume(Pause.CLAIM);
    }

    private void state(ProducerRecord<byte[], byte @Nullable []> record) {
        gateway.handOff().submit(List.of(SessionTale.statement(gateway, record)));
    }

    /** The claim could not be written. On any thread. */
    void claimFailed() {
        loop.execute(
                () -> refuse(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5, "claim was not written"));
    }

    private void refuse(MqttConnectReturnCode code, String reason) {
        if (phase == Phase.CLOSING) {
            return;
        }
        gateway.meters().refusedConnects.increment();
        DeviceRef who = device;
        if (who == null) {
            LOG.info("refused {}: {}", context().channel().remoteAddress(), reason);
        } else {
            DeviceLog.of(who, () -> LOG.info("refused {}: {}", who.key(), reason));
        }
        closing("refused");
        context()
                .writeAndFlush(Packets.refused(mqtt311 ? Packets.inMqtt311(code) : code))
                .addListener(ChannelFutureListener.CLOSE);
    }

    // ---- SUBSCRIBE

    /** A session is ownership only: what a device gets follows from who it is, a subscription changes nothing. */
    private void subscribe(MqttSubscribeMessage asked) {
        if (sparkplug != null) {
            sparkplug.subscribe(asked, mqtt311).forEach(context()::write);
        } else {
            down().subscribe(asked);
        }
    }

    // ---- acknowledgements and what goes down

    void writeAcknowledgements() {
        if (phase != Phase.LIVE) {
            return; // nothing may follow a DISCONNECT
        }
        ByteBuf acks = window.takeAcknowledgements(context().alloc(), gateway.meters());
        if (acks != null) {
            context().writeAndFlush(acks, context().voidPromise());
        }
        if (gate.isClosedBy(Pause.DRAIN) && window.size() == 0) {
            disconnect(MqttReasonCodes.Disconnect.SERVER_SHUTTING_DOWN, "gateway closing");
        }
    }

    /** Kafka refused a record. On any thread. */
    void kafkaFailed(Exception cause) {
        loop.execute(() -> {
            if (phase == Phase.LIVE) {
                gateway.meters().kafkaFailures.increment();
                DeviceLog.of(
                        device(), () -> LOG.warn("closing {}: kafka refused a record: {}", device, cause.toString()));
                disconnect(MqttReasonCodes.Disconnect.SERVER_BUSY, "kafka unavailable");
            }
        });
    }

    /**
     * What is known of the device changed, and it may still be here. On the tail thread.
     *
     * @param trace of the change; {@code null} where it is not traced
     */
    void stated(DeviceState state, @Nullable Traceparent trace) {
        loop.execute(() -> {
            if (isAnother(Optional.of(state))) {
                disconnect(MqttReasonCodes.Disconnect.ADMINISTRATIVE_ACTION, "it is another kind of device now");
            }
        });
        hint(state.generation(), trace);
    }

    /** Whether the device is another kind of device, or another node, than this session is of. */
    private boolean isAnother(Optional<DeviceState> stated) {
        Optional<SparkplugName> name = stated.flatMap(DeviceState::sparkplug);
        SparkplugSession node = sparkplug;
        return node == null ? name.isPresent() : !node.is(name);
    }

    /** Tells the device a new generation. On any thread. */
    private void hint(long generation, @Nullable Traceparent trace) {
        loop.execute(() -> {
            if (phase == Phase.LIVE && sparkplug == null) {
                down().hint(generation, trace);
                context().flush();
            }
        });
    }

    /** Hands the device a message of the control plane. On any thread. */
    void deliver(DownMessage message) {
        switch (message) {
            case DownMessage.Desired desired -> hint(desired.hint().generation(), null);
            case DownMessage.Run run -> loop.execute(() -> run(run.command()));
            case DownMessage.Rebirth rebirth -> loop.execute(this::rebirth);
        }
    }

    private void rebirth() {
        SparkplugSession node = sparkplug;
        if (phase == Phase.LIVE && node != null) {
            context().writeAndFlush(node.rebirth());
        }
    }

    private void run(Command command) {
        if (phase != Phase.LIVE || sparkplug != null) {
            return;
        }
        if (down().command(command)) {
            context().flush();
        } else {
            disconnect(MqttReasonCodes.Disconnect.QUOTA_EXCEEDED, "takes no commands");
        }
    }

    // ---- the end

    /** A higher claim exists. On the tail thread. */
    void takenOver() {
        loop.execute(() -> {
            takenOver = true;
            gateway.meters().takeovers.increment();
            disconnect(MqttReasonCodes.Disconnect.SESSION_TAKEN_OVER, "taken over");
        });
    }

    /** The device may not be here any more. On the tail thread. */
    void cut() {
        loop.execute(() -> {
            gateway.meters().cuts.increment();
            disconnect(MqttReasonCodes.Disconnect.ADMINISTRATIVE_ACTION, "not active");
        });
    }

    /** Stops reading, lets Kafka acknowledge what came, then closes. On the event loop. */
    void drain() {
        if (phase == Phase.LIVE) {
            pause(Pause.DRAIN);
            writeAcknowledgements();
        } else {
            close("gateway closing");
        }
    }

    /** Called now and then on the event loop. */
    void checkDeadlines(long nowNanos) {
        switch (phase) {
            case EXPECTING_CONNECT -> {
                if (nowNanos - deadlineNanos > 0) {
                    close("no CONNECT in time");
                }
            }
            case CLAIMING -> {
                if (nowNanos - deadlineNanos > 0) {
                    refuse(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5, "claim did not come back");
                }
            }
            case LIVE -> {
                if (sparkplug != null) {
                    sparkplug.due(nowNanos).ifPresent(this::state);
                }
                boolean ours = gate.isClosedBy(Pause.KAFKA) || gate.isClosedBy(Pause.DRAIN);
                if (!ours && nowNanos - heardNanos > silenceNanos) {
                    disconnect(MqttReasonCodes.Disconnect.KEEP_ALIVE_TIMEOUT, "keep-alive expired");
                } else if (window.oldestNanos(nowNanos)
                        > gateway.limits().ackTimeout().toNanos()) {
                    gateway.meters().kafkaFailures.increment();
                    disconnect(MqttReasonCodes.Disconnect.SERVER_BUSY, "kafka unavailable");
                }
            }
            case CLOSING -> {
                if (nowNanos - deadlineNanos > 0) {
                    context().close();
                }
            }
        }
    }

    private void malformed(Throwable cause) {
        gateway.meters().malformed.increment();
        if (phase != Phase.LIVE) {
            if (phase == Phase.EXPECTING_CONNECT && cause instanceof MqttUnacceptableProtocolVersionException) {
                refuse(MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION, "speaks another MQTT");
            } else {
                close("malformed packet");
            }
            return;
        }
        disconnect(
                cause instanceof TooLongFrameException
                        ? MqttReasonCodes.Disconnect.PACKET_TOO_LARGE
                        : MqttReasonCodes.Disconnect.MALFORMED_PACKET,
                "malformed packet");
    }

    private void disconnect(MqttReasonCodes.Disconnect code, String reason) {
        if (phase != Phase.LIVE) {
            close(reason);
            return;
        }
        closing(reason);
        LOG.debug("closing {}: {}", device, reason);
        if (mqtt311) { // whose servers say no goodbye
            context().flush();
            context().close();
            return;
        }
        context().writeAndFlush(Packets.disconnect(code)).addListener(ChannelFutureListener.CLOSE);
    }

    private void close(String reason) {
        closing(reason);
        context().close();
    }

    /** Only the first reason counts. */
    private void closing(String reason) {
        if (phase == Phase.CLOSING) {
            return;
        }
        submitOutgoing();
        phase = Phase.CLOSING;
        endReason = reason;
        deadlineNanos = System.nanoTime() + FAREWELL_NANOS;
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        phase = Phase.CLOSING;
        loop.remove(this);
        submitOutgoing();
        for (MqttMessage packet = early.poll(); packet != null; packet = early.poll()) {
            ReferenceCountUtil.release(packet);
        }
        endSession();
    }

    private void endSession() {
        DeviceRef who = device;
        if (who == null) {
            return;
        }
        boolean owner = gateway.sessions().release(who.key(), tale.claimId(), this);
        if (owner && !takenOver && tale.hasBegun()) {
            if (sparkplug != null) {
                state(sparkplug.ended(endReason.equals(GOODBYE)));
            }
            gateway.handOff().submit(tale.ended(who, endReason));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        // TLS alerts and resets are everyday business of a gateway.
        LOG.debug("connection of {} failed: {}", device, cause.toString());
        close("connection lost");
    }
}
