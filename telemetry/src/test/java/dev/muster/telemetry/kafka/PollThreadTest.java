package dev.muster.telemetry.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class PollThreadTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final LongAdder failures = new LongAdder();
    private final AtomicInteger begun = new AtomicInteger();

    @Test
    void beginsAnewAfterAFailureThatMayPass() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        PollThread thread = thread(self -> {
            if (begun.incrementAndGet() < 3) {
                throw new KafkaException("no broker");
            }
            self.well();
            reading.countDown();
            await().atMost(ONE_MINUTE).until(self::isClosing);
        });

        thread.start();
        reading.await();

        assertThat(failures.sum()).isEqualTo(2);
        assertThat(thread.health().ready()).isTrue();
        thread.close();
        assertThat(thread.health().ready()).isFalse();
    }

    @Test
    void endsWithAnyOtherFailureAndSaysSo() {
        PollThread thread = thread(self -> {
            begun.incrementAndGet();
            throw new IllegalStateException("a bug");
        });

        thread.start();

        await().atMost(ONE_MINUTE)
                .until(() -> !thread.health().ready()
                        && thread.health().reason().contains("the thread of the test has ended"));
        assertThat(begun).hasValue(1);
        assertThat(failures.sum()).isZero();
        thread.close();
    }

    private interface Reading {
        void read(PollThread thread) throws Exception;
    }

    private PollThread thread(Reading reading) {
        return new PollThread("test", "", failures, SHORT, SHORT, new PollThread.Work() {
            @Override
            public void read(PollThread thread) throws Exception {
                reading.read(thread);
            }

            @Override
            public boolean mayPass(Exception failure) {
                return failure instanceof KafkaException;
            }
        });
    }
}
