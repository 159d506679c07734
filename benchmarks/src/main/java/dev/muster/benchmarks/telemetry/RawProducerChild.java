package dev.muster.benchmarks.telemetry;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What Kafka itself takes: a producer that makes the same payloads out of nothing. Order: {@code run TOTAL}. */
@SuppressWarnings("FutureReturnValueIgnored") // counted in the callback
final class RawProducerChild {
    private static final int DEVICES = 50;

    private RawProducerChild() {}

    /** Arguments: Kafka's bootstrap, topic. */
    public static void main(String[] args) throws Exception {
        KafkaProducer<byte[], byte[]> producer = Producers.open(args[0]);
        byte[][] keys = new byte[DEVICES][];
        LoadMessage[] messages = new LoadMessage[DEVICES];
        for (int i = 0; i < DEVICES; i++) {
            keys[i] = LoadMessage.device(i).key().getBytes(StandardCharsets.UTF_8);
            messages[i] = new LoadMessage(i, 1);
        }
        ChildJvm.serve(order -> {
            long total = Long.parseLong(order.get(1));
            AtomicLong failed = new AtomicLong();
            long started = System.nanoTime();
            ByteBuf packet = Unpooled.buffer(LoadMessage.PACKET_BYTES);
            for (long i = 0; i < total; i++) {
                packet.clear();
                int device = (int) (i % DEVICES);
                messages[device].publish(packet, i + 1, 1_790_000_000_000L);
                byte[] payload = new byte[LoadMessage.BYTES];
                packet.getBytes(packet.writerIndex() - LoadMessage.BYTES, payload);
                producer.send(new ProducerRecord<>(args[1], keys[device], payload), (metadata, failure) -> {
                    if (failure != null) {
                        failed.incrementAndGet();
                    }
                });
            }
            producer.flush();
            return "done " + (System.nanoTime() - started) / 1e9 + " 0 0 " + failed + " 0";
        });
        System.exit(0);
    }
}
