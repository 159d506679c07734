package dev.muster.telemetry.gateway;

import dev.muster.protocol.identity.DeviceRef;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import java.time.Duration;
import java.util.Optional;

/** How bytes reach the gateway, and whom they come from. In the product that is {@link MutualTls} and nothing else. */
interface Front {
    /** Puts what it needs at the beginning of a new connection's pipeline. */
    void open(SocketChannel channel, Duration handshakeTimeout);

    /** Whose connection it is; empty where nobody's identity was proved. */
    Optional<DeviceRef> identify(Channel channel, MqttConnectMessage connect);
}
