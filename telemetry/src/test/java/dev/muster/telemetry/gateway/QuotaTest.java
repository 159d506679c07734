package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuotaTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void allowsABurstAndThenTheRate() {
        Quota.Use use = new Quota(5, 0).use(0);

        assertThat(taken(use, 100, 0)).isEqualTo(50);
        assertThat(taken(use, 100, SECOND)).isEqualTo(5);
        assertThat(taken(use, 100, 3 * SECOND)).isEqualTo(10);
    }

    @Test
    void takesNothingWhereEitherIsTooMuch() {
        Quota.Use use = new Quota(1, 10).use(0);

        assertThat(use.take(101, 0)).isFalse();
        for (int i = 0; i < 10; i++) {
            assertThat(use.take(10, 0)).isTrue();
        }
        assertThat(use.take(0, 0)).isFalse();
    }

    @Test
    void savesNoMoreThanOneBurst() {
        Quota.Use use = new Quota(1, 0).use(0);

        assertThat(taken(use, 100, 3_600 * SECOND)).isEqualTo(10);
    }

    @Test
    void isToldOnceInTenMinutes() {
        Quota.Use use = new Quota(1, 0).use(0);

        assertThat(use.isToBeTold(0)).isTrue();
        assertThat(use.isToBeTold(599 * SECOND)).isFalse();
        assertThat(use.isToBeTold(600 * SECOND)).isTrue();
    }

    @Test
    void isNotNegative() {
        assertThatThrownBy(() -> new Quota(-1, 0)).hasMessageContaining("-1");
    }

    private static int taken(Quota.Use use, int tries, long nowNanos) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += use.take(1, nowNanos) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void anotherLimitCountsFromTheNextMessageOn() {
        Quota.Use use = new Quota(1, 0).use(0);
        for (int i = 0; i < 10; i++) {
            assertThat(use.take(1, 0)).isTrue();
        }
        assertThat(use.take(1, 0)).isFalse();

        use.limit(Quota.NONE);
        assertThat(use.take(1, 0)).isTrue();
        use.limit(new Quota(1, 0));
        assertThat(use.take(1, 0)).as("what was taken before stays taken").isFalse();
    }
}
