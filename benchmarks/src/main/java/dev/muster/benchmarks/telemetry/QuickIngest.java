package dev.muster.benchmarks.telemetry;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The least that could take messages and put them into Kafka: it looks for the payload and passes it on unread, checks
 * nothing, owns nothing, and waits on its event loop when Kafka is slow. A reference, not something to run.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody is told
final class QuickIngest {
    private static final int RECEIVE_MAXIMUM = 1_000;
    private static final int LOOPS = 1;

    private QuickIngest() {}

    /** Arguments: Kafka's bootstrap, topic. */
    public static void main(String[] args) throws Exception {
        KafkaProducer<byte[], byte[]> producer = Producers.open(args[0]);
        NioEventLoopGroup group = new NioEventLoopGroup(LOOPS);
        var listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Session(channel.eventLoop(), producer, args[1]));
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        ChildJvm.serve(order -> Integer.toString(((InetSocketAddress) listener.localAddress()).getPort()));
        System.exit(0);
    }

    /** One connection. */
    private static final class Session extends ByteToMessageDecoder {
        private final EventLoop loop;
        private final KafkaProducer<byte[], byte[]> producer;
        private final String topic;
        private final Queue<Integer> done = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean told = new AtomicBoolean();
        private byte[] key = {};

        Session(EventLoop loop, KafkaProducer<byte[], byte[]> producer, String topic) {
            this.loop = loop;
            this.producer = producer;
            this.topic = topic;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            while (in.readableBytes() > 1) {
                int start = in.readerIndex();
                int first = in.readUnsignedByte();
                int length = number(in);
                if (length < 0 || in.readableBytes() < length) {
                    in.readerIndex(start);
                    return;
                }
                int end = in.readerIndex() + length;
                switch (first >> 4) {
                    case 1 -> connect(context, in);
                    case 3 -> publish(context, in, end);
                    default -> {}
                }
                in.readerIndex(end);
            }
        }

        /** A length of one to four bytes; -1 if not all of it is there. */
        private static int number(ByteBuf in) {
            int value = 0;
            for (int shift = 0; in.isReadable(); shift += 7) {
                int part = in.readUnsignedByte();
                value |= (part & 0x7F) << shift;
                if ((part & 0x80) == 0) {
                    return value;
                }
            }
            return -1;
        }

        private void connect(ChannelHandlerContext context, ByteBuf in) {
            in.skipBytes(in.readUnsignedShort() + 4);
            in.skipBytes(number(in));
            key = new byte[in.readUnsignedShort()];
            in.readBytes(key);
            context.writeAndFlush(context.alloc()
                    .buffer(8)
                    .writeBytes(new byte[] {0x20, 6, 0, 0, 3, 0x21})
                    .writeShort(RECEIVE_MAXIMUM));
        }

        private void publish(ChannelHandlerContext context, ByteBuf in, int end) {
            in.skipBytes(in.readUnsignedShort());
            int packetId = in.readUnsignedShort();
            in.skipBytes(number(in));
            byte[] payload = new byte[end - in.readerIndex()];
            in.readBytes(payload);
            producer.send(new ProducerRecord<>(topic, key, payload), (metadata, failure) -> {
                done.add(packetId);
                if (told.compareAndSet(false, true)) {
                    loop.execute(() -> acknowledge(context));
                }
            });
        }

        private void acknowledge(ChannelHandlerContext context) {
            told.set(false);
            ByteBuf acks = context.alloc().buffer(256);
            for (Integer packetId = done.poll(); packetId != null; packetId = done.poll()) {
                acks.writeShort(0x4002).writeShort(packetId);
            }
            context.writeAndFlush(acks, context.voidPromise());
        }
    }
}
