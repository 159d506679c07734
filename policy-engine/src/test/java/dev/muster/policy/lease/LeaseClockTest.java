package dev.muster.policy.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeaseClockTest {
    private static final Instant CONTACT = Instant.parse("2026-03-01T00:00:00Z");
    private static final Lease THIRTY_DAYS = new Lease(Duration.ofDays(30), OnExpiry.DENY);

    private Instant system = Instant.EPOCH;
    private boolean trusted;
    private long nanos;

    @Test
    void countsDaysOfflineAcrossRebootsWithoutARealTimeClock() {
        LeaseClock clock = boot(LeaseClock.Mark.NEVER);
        clock.contact(CONTACT);

        for (int day = 1; day < 30; day++) {
            pass(Duration.ofDays(1));
            clock = boot(clock.mark());
        }
        assertThat(clock.sinceContact()).isEqualTo(Duration.ofDays(29));
        assertThat(clock.state(THIRTY_DAYS)).isEqualTo(LeaseState.HOLDS);

        pass(Duration.ofDays(1));
        assertThat(clock.state(THIRTY_DAYS)).isEqualTo(LeaseState.ENDED_DENIED);
    }

    @Test
    void startsTheLeaseAnewWithEveryContact() {
        LeaseClock clock = boot(new LeaseClock.Mark(CONTACT, CONTACT));
        pass(Duration.ofDays(40));

        clock.contact(CONTACT.plus(Duration.ofDays(39)));

        assertThat(clock.now()).isEqualTo(CONTACT.plus(Duration.ofDays(40)));
        assertThat(clock.state(THIRTY_DAYS)).isEqualTo(LeaseState.HOLDS);
    }

    @Test
    void takesTheLatestOfSystemClockPersistedClockAndSignedTime() {
        trusted = true;
        system = CONTACT;
        LeaseClock clock = boot(new LeaseClock.Mark(CONTACT.minusSeconds(60), Instant.EPOCH));
        assertThat(clock.now()).isEqualTo(CONTACT);

        clock.contact(CONTACT.plusSeconds(60));
        assertThat(clock.now()).isEqualTo(CONTACT.plusSeconds(60));

        assertThat(boot(new LeaseClock.Mark(CONTACT.plusSeconds(90), CONTACT)).now())
                .isEqualTo(CONTACT.plusSeconds(90));
    }

    @Test
    void isNotMovedByAnUntrustedClockThatIsWrong() {
        system = CONTACT.plus(Duration.ofDays(4000));
        LeaseClock clock = boot(new LeaseClock.Mark(CONTACT, CONTACT));

        assertThat(clock.now()).isEqualTo(CONTACT);
        assertThat(clock.state(THIRTY_DAYS)).isEqualTo(LeaseState.HOLDS);
    }

    @Test
    void neverGoesBack() {
        trusted = true;
        system = CONTACT;
        LeaseClock clock = boot(LeaseClock.Mark.NEVER);
        Instant before = clock.now();

        system = CONTACT.minus(Duration.ofDays(1));
        nanos -= 1_000_000;

        assertThat(clock.now()).isEqualTo(before);
    }

    @Test
    void tellsWhatTheEndMeans() {
        Duration over = Duration.ofDays(30);

        assertThat(new Lease(over, OnExpiry.KEEP).after(over)).isEqualTo(LeaseState.ENDED_KEPT);
        assertThat(new Lease(over, OnExpiry.GUARDRAILS).after(over)).isEqualTo(LeaseState.ENDED_GUARDRAILS);
        assertThat(new Lease(over, OnExpiry.DENY).after(over)).isEqualTo(LeaseState.ENDED_DENIED);
        assertThat(new Lease(over, OnExpiry.DENY).after(over.minusNanos(1))).isEqualTo(LeaseState.HOLDS);
        assertThat(Lease.DEFAULT).isEqualTo(new Lease(Duration.ofDays(90), OnExpiry.KEEP));
        assertThatThrownBy(() -> new Lease(Duration.ZERO, OnExpiry.KEEP)).hasMessageContaining("above zero");
    }

    private LeaseClock boot(LeaseClock.Mark mark) {
        nanos = 17;
        return new LeaseClock(() -> system, () -> trusted, () -> nanos, mark);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}
