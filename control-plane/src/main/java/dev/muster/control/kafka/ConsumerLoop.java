package dev.muster.control.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One thread that polls, hands a batch to its handler, and commits the offsets only after the handler returned: at least
 * once. A handler that throws gets the same batch again, after a growing pause; one that cannot read a record must put it
 * aside itself. Started once, closed once.
 */
public final class ConsumerLoop implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ConsumerLoop.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 15_000;

    /** Takes a batch of one poll, in order per partition. */
    @FunctionalInterface
    public interface BatchHandler {
        /** Returns when the whole batch is durably dealt with; throws to get it again. */
        void handle(List<ConsumerRecord<String, byte[]>> batch) throws Exception;
    }

    private final String name;
    private final Collection<String> topics;
    private final BatchHandler handler;
    private final Supplier<Consumer<String, byte[]>> connect;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Consumer<String, byte[]> consumer;

    ConsumerLoop(
            String name, Collection<String> topics, BatchHandler handler, Supplier<Consumer<String, byte[]>> connect) {
        this.name = name;
        this.topics = List.copyOf(topics);
        this.handler = handler;
        this.connect = connect;
        this.thread = new Thread(this::run, name);
        // A start that fails halfway must end the process.
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Tells it to end after the current batch and does not wait: several then end at the same time. */
    void announceClose() {
        closing.countDown();
        Consumer<String, byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    /** Ends after the current batch; waits at most ten seconds. */
    @Override
    public void close() {
        announceClose();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        while (!closed()) {
            try (Consumer<String, byte[]> connected = connect.get()) {
                consumer = connected;
                connected.subscribe(topics);
                while (!closed()) {
                    pollOnce(connected);
                    pause = FIRST_PAUSE_MILLIS;
                }
            } catch (WakeupException e) {
                // Only close() wakes us.
            } catch (Exception e) {
                // The uncommitted batch comes again after the reconnect, in order.
                LOG.warnf(e, "consumer `%s` starts again in %d ms", name, pause);
                pause(pause);
                pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
            } finally {
                consumer = null;
            }
        }
    }

    private void pollOnce(Consumer<String, byte[]> connected) throws Exception {
        ConsumerRecords<String, byte[]> records = connected.poll(POLL);
        if (records.isEmpty()) {
            return;
        }
        List<ConsumerRecord<String, byte[]>> batch = new ArrayList<>(records.count());
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        for (ConsumerRecord<String, byte[]> item : records) {
            batch.add(item);
            done.put(new TopicPartition(item.topic(), item.partition()), new OffsetAndMetadata(item.offset() + 1));
        }
        handler.handle(batch);
        connected.commitSync(done);
    }

    private boolean closed() {
        return closing.getCount() == 0;
    }

    private void pause(long millis) {
        try {
            if (closing.await(millis, TimeUnit.MILLISECONDS)) {
                LOG.debugf("consumer `%s` ends", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }
}
