package dev.muster.telemetry.gateway;

import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.lifecycle.Health;
import dev.muster.telemetry.lifecycle.Meter;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running device gateway: MQTT 5 (3.1.1 for foreign edge nodes) over mutual TLS in front, Kafka behind, nothing kept in between. Threads: one
 * accepts, {@link GatewayLimits#eventLoops()} serve sockets, one hands records to Kafka, one reads topics.
 */
@SuppressWarnings("FutureReturnValueIgnored") // shutdown is awaited by its effect, with a bound
public final class Gateway implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int BACKLOG = 4_096;
    private static final long CLOSE_GRACE_MILLIS = 3_000;

    private final GatewayContext context;
    private final TopicTails tails;
    private final NioEventLoopGroup acceptor = new NioEventLoopGroup(1, new DefaultThreadFactory("gateway-accept"));
    private final NioEventLoopGroup workers;
    private final IdentityHashMap<EventExecutor, LoopWork> loops =
            new IdentityHashMap<>(); // filled before the first connection
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Channel listener;

    private Gateway(GatewayConfig config, Front front) {
        GatewayLimits limits = config.limits();
        DeviceDirectory directory = new DeviceDirectory();
        HandOff handOff = new HandOff(config.kafka(), config.instance(), limits.inFlightBytes());
        context = new GatewayContext(
                config.instance(),
                limits,
                front,
                new Quotas(limits),
                config.kafka().topics(),
                config.clock(),
                directory,
                new SessionRegistry(config.instance()),
                handOff,
                new PublishRouter(config.kafka().topics(), config.clock(), directory::admits),
                new GatewayMeters(),
                config.sparkplugHost(),
                config.clock().instant());
        tails = new TopicTails(context, config.kafka());
        workers = new NioEventLoopGroup(limits.eventLoops(), new DefaultThreadFactory("gateway-io"));
        workers.forEach(executor -> {
            LoopWork work = new LoopWork((EventLoop) executor, handOff);
            loops.put(executor, work);
            work.start();
        });
        context.meters().all.gauge("sessions", context.sessions()::size);
        context.meters().all.gauge("connections", this::connections);
        context.meters().all.gauge("bytes-under-way", handOff::bytesUnderWay);
        context.meters().all.gauge("devices", context.directory()::size);
        try {
            listener = listen(config.bind());
        } catch (RuntimeException e) {
            acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            handOff.close();
            throw e;
        }
        tails.start();
    }

    /**
     * Binds and begins to read the topics it needs. Until {@link #health()} says that it is ready, a CONNECT is
     * answered with 0x88 (server unavailable).
     *
     * @throws UncheckedIOException if the address cannot be bound
     * @throws IllegalArgumentException if key or certificates cannot be used, or who is to do TLS is not here
     */
    public static Gateway start(GatewayConfig config, GatewayTls tls) {
        return start(config, new MutualTls(tls, config.tls()));
    }

    static Gateway start(GatewayConfig config, Front front) {
        return new Gateway(config, front);
    }

    private Channel listen(InetSocketAddress address) {
        ServerBootstrap server = new ServerBootstrap()
                .group(acceptor, workers)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<NioServerSocketChannel>() {
                    @Override
                    protected void initChannel(NioServerSocketChannel channel) {
                        channel.pipeline()
                                .addLast(new AcceptPacer(context.limits().acceptsPerSecond()));
                    }
                })
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        initialize(channel);
                    }
                });
        var bound = server.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new UncheckedIOException(
                    "cannot listen on `" + address + "`",
                    new IOException(String.valueOf(bound.cause().getMessage()), bound.cause()));
        }
        return bound.channel();
    }

    private void initialize(SocketChannel channel) {
        LoopWork loop = Objects.requireNonNull(loops.get(channel.eventLoop()));
        context.front().open(channel, context.limits().connectTimeout());
        channel.pipeline()
                .addLast(new MqttDecoder(context.limits().maxPacketBytes()))
                .addLast(MqttEncoder.INSTANCE)
                .addLast(new DeviceConnection(context, loop));
    }

    /**
     * New connections see this identity and are checked against these authorities; present ones stay.
     *
     * @throws IllegalArgumentException if key or certificates cannot be used; the former ones then stay in force
     */
    public void renewTls(GatewayTls identity) {
        switch (context.front()) {
            case MutualTls tls -> tls.renew(identity);
            default -> throw new IllegalStateException("expected a gateway that speaks TLS");
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public Health health() {
        if (closed.get()) {
            return Health.notReady("gateway is closed");
        }
        if (!listener.isActive()) {
            return Health.notReady("gateway does not listen");
        }
        String trouble = tails.trouble();
        return trouble.isEmpty() ? Health.READY : Health.notReady(trouble);
    }

    @Override
    public List<Meter> meters() {
        return context.meters().all.all();
    }

    private long connections() {
        return loops.values().stream().mapToLong(LoopWork::count).sum();
    }

    /** Stops accepting, closes sessions spread over {@link GatewayLimits#drain()}, then everything else. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        listener.close().awaitUninterruptibly();
        int number = 0;
        for (LoopWork loop : loops.values()) {
            int turn = number++;
            loop.execute(() -> drain(loop, turn));
        }
        awaitNoConnections();
        workers.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(CLOSE_GRACE_MILLIS);
        acceptor.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(CLOSE_GRACE_MILLIS);
        tails.close();
        context.handOff().close();
        LOG.info("gateway `{}` is closed", context.instance());
    }

    /** One after the other: devices that come back at once would meet the next gateway as a crowd. */
    private void drain(LoopWork loop, int turn) {
        List<DeviceConnection> connections = loop.connections();
        long spanMillis = context.limits().drain().toMillis();
        for (int i = 0; i < connections.size(); i++) {
            long delay = DrainPlan.delayMillis(turn, loops.size(), i, connections.size(), spanMillis);
            loop.schedule(connections.get(i)::drain, delay);
        }
    }

    private void awaitNoConnections() {
        long deadline = System.nanoTime()
                + context.limits().drain().toNanos()
                + TimeUnit.MILLISECONDS.toNanos(CLOSE_GRACE_MILLIS);
        try {
            while (connections() > 0 && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
