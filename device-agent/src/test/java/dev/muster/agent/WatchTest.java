package dev.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import java.time.Duration;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final Duration BRISK = Duration.ofMillis(1);
    private static final Duration CALM = Duration.ofHours(1);

    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicBoolean needed = new AtomicBoolean();

    private Watch watch() {
        return new Watch(scheduler, BRISK, () -> CALM, needed::get, looks::incrementAndGet);
    }

    private long minutesToNext() {
        Delayed next = (Delayed) scheduler.getQueue().peek();
        return next == null ? 0 : next.getDelay(TimeUnit.MINUTES);
    }

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
    }

    @Test
    void looksBrisklyWhileThereIsSomethingToWatch() {
        needed.set(true);

        try (Watch watch = watch()) {
            await().atMost(ONE_MINUTE).until(() -> looks.get() > 5);
        }
    }

    @Test
    void sleepsUntilSomethingIsDueWhereThereIsNothingToWatch() {
        try (Watch watch = watch()) {
            await().atMost(ONE_MINUTE).until(() -> minutesToNext() > 50);

            assertThat(looks).hasValue(1);
        }
    }

    @Test
    void looksSoonAfterAChange() {
        try (Watch watch = watch()) {
            await().atMost(ONE_MINUTE).until(() -> minutesToNext() > 50);

            watch.soon();

            await().atMost(ONE_MINUTE).untilAsserted(() -> assertThat(looks).hasValue(2));
        }
    }

    @Test
    void aChangeDuringALookIsFollowedByAnother() {
        AtomicBoolean told = new AtomicBoolean();
        Watch[] self = new Watch[1];
        Runnable look = () -> {
            if (looks.incrementAndGet() == 2 && !told.getAndSet(true)) {
                self[0].soon();
            }
        };
        self[0] = new Watch(scheduler, BRISK, () -> CALM, needed::get, look);
        await().atMost(ONE_MINUTE).until(() -> minutesToNext() > 50);

        self[0].soon();

        await().atMost(ONE_MINUTE).untilAsserted(() -> assertThat(looks).hasValue(3));
        self[0].close();
    }

    @Test
    void looksNoMoreOnceClosed() {
        Watch watch = watch();
        await().atMost(ONE_MINUTE).until(() -> minutesToNext() > 50);

        watch.close();
        watch.soon();

        await().atMost(ONE_MINUTE).until(() -> scheduler.getQueue().stream()
                .allMatch(task -> task instanceof java.util.concurrent.Future<?> f && f.isCancelled()));
        assertThat(looks).hasValue(1);
    }
}
