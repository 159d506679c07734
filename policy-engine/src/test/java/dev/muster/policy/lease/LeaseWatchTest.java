package dev.muster.policy.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeaseWatchTest {
    private static final Instant CONTACT = Instant.parse("2026-03-01T00:00:00Z");
    private static final Lease DAY = new Lease(Duration.ofDays(1), OnExpiry.DENY);

    private Instant system = CONTACT;
    private boolean trusted = true;
    private long nanos = 17;
    private int looks;
    private final LeaseClock clock = new LeaseClock(
            () -> {
                looks++;
                return system;
            },
            () -> trusted,
            () -> nanos,
            new LeaseClock.Mark(CONTACT, CONTACT));
    private final LeaseWatch watch = clock.watch(DAY);

    @Test
    void asksTheClockOnceForManyQuestions() {
        for (int i = 0; i < 1000; i++) {
            assertThat(watch.state()).isEqualTo(LeaseState.HOLDS);
        }
        assertThat(looks).isEqualTo(1);

        pass(LeaseWatch.KEPT);
        watch.state();

        assertThat(looks).isEqualTo(2);
    }

    @Test
    void seesTheEndOfTheLeaseToTheNanosecond() {
        pass(Duration.ofDays(1).minusNanos(5));
        assertThat(watch.state()).isEqualTo(LeaseState.HOLDS);

        pass(Duration.ofNanos(4));
        assertThat(watch.state()).isEqualTo(LeaseState.HOLDS);

        pass(Duration.ofNanos(1));
        assertThat(watch.state()).isEqualTo(LeaseState.ENDED_DENIED);
    }

    /** A machine that slept: its monotonic clock stood still, its battery clock did not. */
    @Test
    void seesATrustedClockThatJumpedNoLaterThanWhatItKeepsIsOld() {
        assertThat(watch.state()).isEqualTo(LeaseState.HOLDS);

        system = CONTACT.plus(Duration.ofDays(3));
        nanos += LeaseWatch.KEPT.toNanos();

        assertThat(watch.state()).isEqualTo(LeaseState.ENDED_DENIED);
    }

    @Test
    void seesAJumpAtOnceThatTheClockToldAnybody() {
        assertThat(watch.state()).isEqualTo(LeaseState.HOLDS);

        system = CONTACT.plus(Duration.ofDays(3));
        assertThat(clock.now()).isEqualTo(system);

        assertThat(watch.state()).isEqualTo(LeaseState.ENDED_DENIED);
    }

    @Test
    void isNotFooledByAClockThatIsNotTrusted() {
        trusted = false;
        system = CONTACT.plus(Duration.ofDays(3));
        pass(LeaseWatch.KEPT);

        assertThat(watch.state()).isEqualTo(LeaseState.HOLDS);
    }

    @Test
    void asksAgainWhereTheMonotonicClockWentBack() {
        watch.state();
        system = CONTACT.plus(Duration.ofDays(3));

        nanos -= 1;

        assertThat(watch.state()).isEqualTo(LeaseState.ENDED_DENIED);
    }

    @Test
    void holdsAgainAtOnceAfterAContact() {
        pass(Duration.ofDays(2));
        assertThat(watch.state()).isEqualTo(LeaseState.ENDED_DENIED);

        clock.contact(clock.now());

        assertThat(watch.state()).isEqualTo(LeaseState.HOLDS);
    }

    @Test
    void saysWhatTheClockSaysWhateverHappens() {
        java.util.Random random = new java.util.Random(4);
        for (int i = 0; i < 5000; i++) {
            switch (random.nextInt(5)) {
                case 0 -> pass(Duration.ofHours(random.nextInt(12)));
                case 1 -> pass(Duration.ofMillis(100));
                case 2 -> clock.contact(clock.now());
                case 3 -> {
                    trusted = random.nextBoolean();
                    system = system.plus(Duration.ofHours(random.nextInt(20) - 10));
                    pass(LeaseWatch.KEPT);
                }
                default -> nanos -= random.nextInt(3);
            }
            assertThat(watch.state()).as("step %d", i).isEqualTo(clock.state(DAY));
        }
    }

    @Test
    void answersWithoutAllocating() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long held = count();

        long before = threads.getCurrentThreadAllocatedBytes();
        held += count();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(held).isEqualTo(40_000);
        assertThat(allocated).isLessThan(10_000);
    }

    private long count() {
        long held = 0;
        for (int i = 0; i < 20_000; i++) {
            held += watch.state() == LeaseState.HOLDS ? 1 : 0;
        }
        return held;
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        system = system.plus(time);
    }
}
