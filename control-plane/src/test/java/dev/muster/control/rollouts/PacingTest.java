package dev.muster.control.rollouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacingTest {
    private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

    @Test
    void givesEverythingWithoutAPace() {
        assertThat(Pacing.NONE.take(NOW, NOW, 500)).isEqualTo(new Pacing.Grant(500, NOW));
    }

    @Test
    void givesOneAtATimeAtOneASecond() {
        Pacing pacing = new Pacing(Optional.of(60), Duration.ZERO);

        Pacing.Grant first = pacing.take(NOW, NOW, 10);
        assertThat(first).isEqualTo(new Pacing.Grant(1, NOW.plusSeconds(1)));
        assertThat(pacing.take(first.next(), NOW.plusMillis(999), 10).devices()).isZero();
        assertThat(pacing.take(first.next(), NOW.plusSeconds(1), 10))
                .isEqualTo(new Pacing.Grant(1, NOW.plusSeconds(2)));
    }

    @Test
    void aWorkerThatWasAwayDoesNotCatchUp() {
        Pacing pacing = new Pacing(Optional.of(60), Duration.ZERO);

        assertThat(pacing.take(NOW, NOW.plus(Duration.ofHours(1)), 1_000).devices())
                .isEqualTo(3);
    }

    @Test
    void neverGivesMoreThanThePaceOverAnyMinute() {
        Random random = new Random(7);
        for (int run = 0; run < 200; run++) {
            int perMinute = 1 + random.nextInt(5_000);
            Pacing pacing = new Pacing(Optional.of(perMinute), Duration.ZERO);
            Instant next = NOW;
            Instant clock = NOW;
            int given = 0;
            while (clock.isBefore(NOW.plusSeconds(60))) {
                Pacing.Grant grant = pacing.take(next, clock, random.nextInt(300));
                next = grant.next();
                given += grant.devices();
                clock = clock.plusMillis(random.nextInt(3_000));
            }
            assertThat(given).isLessThanOrEqualTo(perMinute + 1);
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Pacing(Optional.of(0), Duration.ZERO))
                .withMessage("expected `perMinute` of 1 to 100000, found 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Pacing(Optional.empty(), Duration.ofDays(2)))
                .withMessage("expected a `jitter` of PT0S to P1D, found PT48H");
    }
}
