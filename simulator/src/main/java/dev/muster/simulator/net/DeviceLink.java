package dev.muster.simulator.net;

import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.simulator.device.DeviceIo;
import dev.muster.simulator.device.DeviceTrust;
import dev.muster.simulator.device.Fetched;
import dev.muster.simulator.device.Outgoing;
import dev.muster.simulator.device.SimulatedDevice;
import dev.muster.simulator.figures.Figures;
import dev.muster.simulator.identity.Certificates;
import dev.muster.simulator.identity.Identity;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** The outside of one device: its session on an event loop, its HTTPS on a thread of the pool. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the channel, and the device is told
public final class DeviceLink implements DeviceIo {
    private static final int CONNECT_MS = 20_000;
    private static final int HANDSHAKE_MS = 60_000;
    static final int MOST_PACKET_BYTES = 256 << 10;

    private final Wire wire;
    private final Identity identity;
    private final EventLoop loop;
    private @Nullable SimulatedDevice device;
    private @Nullable MqttConnection connection;

    DeviceLink(Wire wire, Identity identity, EventLoop loop) {
        this.wire = wire;
        this.identity = identity;
        this.loop = loop;
    }

    /** Says whose outside it is; before anything else. */
    public void attach(SimulatedDevice own) {
        this.device = own;
    }

    /** Does something on the device's thread. */
    public void run(Runnable work) {
        try {
            loop.execute(work);
        } catch (RejectedExecutionException e) {
            // The simulation is over.
        }
    }

    SimulatedDevice device() {
        return Objects.requireNonNull(device);
    }

    Identity identity() {
        return identity;
    }

    Figures figures() {
        return wire.figures();
    }

    int keepAliveSeconds() {
        return (int) wire.options().keepAlive().toSeconds();
    }

    @Override
    public void connect() {
        later(wire.turn(), this::open);
    }

    private void open() {
        if (connection != null || device().isStopped()) {
            return;
        }
        MqttConnection next = new MqttConnection(this);
        connection = next;
        InetSocketAddress gateway = wire.gateway();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        tls(channel, gateway),
                                        new MqttDecoder(MOST_PACKET_BYTES),
                                        MqttEncoder.INSTANCE,
                                        next);
                    }
                });
        Optional<InetSocketAddress> source = wire.source(identity.index());
        ChannelFuture opening =
                source.isPresent() ? bootstrap.connect(gateway, source.get()) : bootstrap.connect(gateway);
        opening.addListener(result -> {
            if (!result.isSuccess()) {
                Throwable cause = result.cause();
                next.lost(cause == null ? "not reached" : cause.getClass().getSimpleName());
                ended(next);
            }
        });
    }

    // The number in place of the port: DeviceKeys knows the device by it, and sessions to resume are kept apart by it.
    private SslHandler tls(SocketChannel channel, InetSocketAddress gateway) {
        SslHandler handler = wire.tls().newHandler(channel.alloc(), gateway.getHostString(), identity.index());
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate must name the host
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MS);
        return handler;
    }

    /** A connection is over; on the loop. */
    void ended(MqttConnection which) {
        if (connection == which) {
            connection = null;
            device().closed(which.ending());
        }
    }

    @Override
    public void close(boolean politely) {
        MqttConnection now = connection;
        if (now != null) {
            now.close(politely);
        }
    }

    @Override
    public void publish(Outgoing message) {
        MqttConnection now = connection;
        if (now != null) {
            now.publish(message);
        }
    }

    @Override
    public void fetch(DeviceTrust trust) {
        request(() -> {
            Fetched result;
            try {
                result = wire.https(identity).fetch(trust);
            } catch (GeneralSecurityException | RuntimeException e) {
                result = new Fetched.Unreachable(e.getClass().getSimpleName(), Duration.ZERO);
            }
            Fetched told = result;
            run(() -> device().fetched(told));
        });
    }

    @Override
    public void send(VersionManifest manifest) {
        request(() -> {
            Optional<Duration> again;
            try {
                again = wire.https(identity).send(SignedManifest.sign(manifest, Certificates.key(identity.key())));
            } catch (GeneralSecurityException | RuntimeException e) {
                again = Optional.of(Duration.ZERO);
            }
            Optional<Duration> told = again;
            run(() -> device().manifestSent(told));
        });
    }

    private void request(Runnable work) {
        try {
            wire.requests().execute(work);
        } catch (RejectedExecutionException e) {
            // The simulation is over.
        }
    }

    @Override
    public void later(Duration delay, Runnable work) {
        try {
            if (delay.isZero()) {
                loop.execute(work);
            } else {
                loop.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (RejectedExecutionException e) {
            // The simulation is over.
        }
    }
}
