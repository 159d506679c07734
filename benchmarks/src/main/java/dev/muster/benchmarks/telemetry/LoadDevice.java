package dev.muster.benchmarks.telemetry;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One device of the load: numbers its messages, keeps a window of them unacknowledged, and after a lost connection sends
 * those again, in order, before new ones. Everything runs on one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the channel, and that is seen
final class LoadDevice {
    private static final int PUBACK = 4;
    private static final int CONNACK = 2;
    private static final int REFUSED = 0x80;
    private static final long RETRY_MILLIS = 200;

    /** What all devices of a load share. On the loop. */
    static final class Shared {
        final EventLoop loop;
        final int window;
        final LongSupplier room;
        long sent;
        long acknowledged;
        long refused;
        long refusedConnects;
        long reconnects;
        long outOfOrder;
        long ready;

        /** {@code room} says how many messages may be sent now over all devices. */
        Shared(EventLoop loop, int window, LongSupplier room) {
            this.loop = loop;
            this.window = window;
            this.room = room;
        }
    }

    private final Shared shared;
    private final LoadMessage messages;
    private final @Nullable SslContext tls;
    private final long[] sentNanos;
    private final int keepAliveSeconds;
    private InetSocketAddress address;
    private @Nullable Channel channel;
    private boolean ready;
    private boolean closing;
    private long allowed;
    private long next = 1;
    private long low = 1;
    private long cursor = 1; // what this connection sends next

    LoadDevice(
            Shared shared, int index, InetSocketAddress address, @Nullable SslContext tls, int history, int keepAlive) {
        this.shared = shared;
        this.messages = new LoadMessage(index, 1);
        this.address = address;
        this.tls = tls;
        this.sentNanos = new long[history];
        this.keepAliveSeconds = keepAlive;
    }

    void connect() {
        new Bootstrap()
                .group(shared.loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 5_000)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel opened) {
                        if (tls != null) {
                            SslHandler handler = tls.newHandler(opened.alloc());
                            handler.setHandshakeTimeoutMillis(30_000);
                            opened.pipeline().addLast(handler);
                        }
                        opened.pipeline().addLast(new Connection());
                    }
                })
                .connect(address)
                .addListener(result -> {
                    if (!result.isSuccess()) {
                        again();
                    }
                });
    }

    /** Where to connect the next time. */
    void moveTo(InetSocketAddress other) {
        address = other;
    }

    void disconnect() {
        closing = true;
        if (channel != null) {
            channel.close();
        }
    }

    private void again() {
        if (!closing) {
            shared.reconnects++;
            shared.loop.schedule(this::connect, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** So many more messages may go when there is room. */
    void allow(long more) {
        allowed += more;
    }

    /** Whether all that was allowed is acknowledged. */
    boolean isDone() {
        return low > allowed;
    }

    /** When message {@code seq} left. */
    long sentNanos(long seq) {
        return sentNanos[(int) (seq % sentNanos.length)];
    }

    /** Sends what may go now. */
    void fill() {
        Channel open = channel;
        if (open == null || !ready || !open.isWritable()) {
            return;
        }
        ByteBuf out = null;
        long now = System.nanoTime();
        long millis = System.currentTimeMillis();
        while (cursor - low < shared.window && (cursor < next || (cursor <= allowed && shared.room.getAsLong() > 0))) {
            if (out == null) {
                out = open.alloc().buffer(8 * LoadMessage.PACKET_BYTES);
            }
            messages.publish(out, cursor, millis);
            if (cursor == next) {
                sentNanos[(int) (next % sentNanos.length)] = now;
                next++;
                shared.sent++;
            }
            cursor++;
        }
        if (out != null) {
            open.writeAndFlush(out, open.voidPromise());
        }
    }

    /** One connection: reads just what a device must read. */
    private final class Connection extends ByteToMessageDecoder {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            channel = context.channel();
            ByteBuf hello = context.alloc().buffer(128);
            messages.connect(hello, keepAliveSeconds);
            context.writeAndFlush(hello);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            while (readPacket(context, in)) {
                // one after the other
            }
        }

        private boolean readPacket(ChannelHandlerContext context, ByteBuf in) {
            int start = in.readerIndex();
            int lengthBytes = 0;
            int length = 0;
            int part = 0x80;
            while ((part & 0x80) != 0) {
                if (in.readableBytes() < 2 + lengthBytes) {
                    return false;
                }
                part = in.getUnsignedByte(start + 1 + lengthBytes);
                length |= (part & 0x7F) << (7 * lengthBytes++);
            }
            int body = start + 1 + lengthBytes;
            if (in.writerIndex() < body + length) {
                return false;
            }
            switch (in.getUnsignedByte(start) >> 4) {
                case CONNACK -> connected(context, in.getUnsignedByte(body + 1));
                case PUBACK -> acknowledged(in.getUnsignedShort(body), length > 2 ? in.getUnsignedByte(body + 2) : 0);
                default -> {} // a hint, which a load does not follow, or a DISCONNECT, which an end follows
            }
            in.readerIndex(body + length);
            return true;
        }

        private void connected(ChannelHandlerContext context, int reason) {
            if (reason != 0) {
                shared.refusedConnects++;
                context.close();
                return;
            }
            ready = true;
            shared.ready++;
            cursor = low;
            fill();
        }

        private void acknowledged(int packetId, int reason) {
            if (packetId != LoadMessage.packetId(low)) {
                shared.outOfOrder++;
                return;
            }
            if (reason >= REFUSED) {
                shared.refused++;
            }
            low++;
            shared.acknowledged++;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) throws Exception {
            super.channelReadComplete(context);
            fill();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            fill();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) throws Exception {
            super.channelInactive(context);
            if (ready) {
                ready = false;
                shared.ready--;
            }
            channel = null;
            again();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
