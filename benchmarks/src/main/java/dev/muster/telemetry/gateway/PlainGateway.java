package dev.muster.telemetry.gateway;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceRef;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import java.time.Duration;
import java.util.Optional;

/**
 * The gateway without TLS, which believes what a client calls itself: for benchmarks, so that figures are not those of a
 * cipher. It lives here and nowhere else; the product has no such listener.
 */
public final class PlainGateway {
    private PlainGateway() {}

    /** As {@link Gateway#start(GatewayConfig, GatewayTls)}; the client identifier is {@code tenant/device}. */
    public static Gateway start(GatewayConfig config) {
        return Gateway.start(config, new Front() {
            @Override
            public void open(SocketChannel channel, Duration handshakeTimeout) {}

            @Override
            public Optional<DeviceRef> identify(Channel channel, MqttConnectMessage connect) {
                String[] names = connect.payload().clientIdentifier().split("/", 2);
                try {
                    return names.length == 2 ? Optional.of(DeviceRef.of(names[0], names[1])) : Optional.empty();
                } catch (ProtocolException e) {
                    return Optional.empty();
                }
            }
        });
    }
}
