package dev.muster.telemetry.gateway;

import dev.muster.protocol.identity.DeviceRef;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS on both sides; a device is who its certificate says. Thread-safe. */
final class MutualTls implements Front {
    private static final Logger LOG = LoggerFactory.getLogger(MutualTls.class);

    private final TlsProvider provider;
    private volatile SslContext context;

    MutualTls(GatewayTls identity, TlsProvider provider) {
        this.provider = provider;
        context = TlsContexts.create(identity, provider);
        LOG.info("tls of devices is done by {}", provider.description());
    }

    /** As {@link Gateway#renewTls}. */
    void renew(GatewayTls identity) {
        context = TlsContexts.create(identity, provider);
    }

    @Override
    public void open(SocketChannel channel, Duration handshakeTimeout) {
        SslHandler handshake = context.newHandler(channel.alloc());
        handshake.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        channel.pipeline().addLast(handshake);
    }

    @Override
    public Optional<DeviceRef> identify(Channel channel, MqttConnectMessage connect) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return CertificateIdentity.of(tls.engine().getSession());
    }
}
