package dev.muster.telemetry.kafka;

import dev.muster.telemetry.lifecycle.Health;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that reads from Kafka until it is closed: it begins anew after a failure that may pass, with pauses that grow
 * up to a limit, and ends with any other. Started once and closed by whoever owns it; {@link #health} is for any thread.
 */
public final class PollThread implements AutoCloseable {
    /** How long one poll waits for records. */
    public static final Duration POLL = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(PollThread.class);

    private final String name;
    private final Work work;
    private final LongAdder failures;
    private final Duration firstPause;
    private final Duration longestPause;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private long pauseMillis; // on the thread only
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private volatile String trouble;

    /** What the thread does. Every method is called on it. */
    public interface Work {
        /** Waits until there is something to read for; returns at once when the thread is closing. */
        default void await() throws InterruptedException {}

        /**
         * Reads until the thread is closing, or there is nothing more to read for.
         *
         * @throws WakeupException when the consumer was woken to close
         */
        void read(PollThread thread) throws Exception;

        /** Whether reading may go well when it is begun anew. */
        boolean mayPass(Exception failure);
    }

    /**
     * Not started yet.
     *
     * @param name of the thread and in messages
     * @param trouble that {@link #health} tells until {@link #well} was called; empty for none
     * @param failures counts beginnings anew
     */
    public PollThread(
            String name, String trouble, LongAdder failures, Duration firstPause, Duration longestPause, Work work) {
        this.name = name;
        this.trouble = trouble;
        this.failures = failures;
        this.firstPause = firstPause;
        this.longestPause = longestPause;
        this.pauseMillis = firstPause.toMillis();
        this.work = work;
        this.thread = new Thread(this::run, "telemetry-" + name);
    }

    /** Begins; returns at once. */
    public void start() {
        thread.start();
    }

    /** Whether reading is to end. */
    public boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** All is well; the next failure is told anew. */
    public void well() {
        trouble = "";
    }

    /** Something was achieved: the next pause is the shortest. */
    public void achieved() {
        pauseMillis = firstPause.toMillis();
    }

    /** A consumer that closing wakes. The caller closes it. */
    public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> properties) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        current = consumer;
        if (isClosing()) {
            consumer.wakeup();
        }
        return consumer;
    }

    private void run() {
        try {
            boolean well = true;
            while (!isClosing() && (well || !closing.await(nextPause(), TimeUnit.MILLISECONDS))) {
                work.await();
                if (isClosing()) {
                    return;
                }
                well = readOnce();
            }
        } catch (WakeupException e) {
            // close()
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            trouble = name + " has stopped: " + e;
            LOG.error("{} has stopped", name, e);
        }
    }

    /** False where it is to be begun anew after a pause. */
    private boolean readOnce() throws Exception {
        try {
            work.read(this);
            achieved();
            return true;
        } catch (WakeupException e) {
            throw e;
        } catch (Exception e) {
            if (!work.mayPass(e)) {
                throw e;
            }
            failures.increment();
            trouble = name + " begins anew: " + e.getMessage();
            LOG.warn("{}", trouble);
            return false;
        } finally {
            current = null;
        }
    }

    private long nextPause() {
        long wait = pauseMillis;
        pauseMillis = Math.min(longestPause.toMillis(), pauseMillis * 2);
        return wait;
    }

    /** How reading goes. */
    public Health health() {
        if (!thread.isAlive()) {
            return Health.notReady(isClosing() ? name + " is closed" : "the thread of the " + name + " has ended");
        }
        String now = trouble;
        return now.isEmpty() ? Health.READY : Health.notReady(now);
    }

    /** Lets the thread see that it is to end, without waiting for it. */
    public void closing() {
        closing.countDown();
    }

    /** Ends after the poll at hand. */
    @Override
    public void close() {
        closing();
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
