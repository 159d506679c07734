package dev.muster.control.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final AtomicLong now = new AtomicLong();
    private final RateLimit limit = new RateLimit(2, 10, now::get);

    private void later(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private ProblemException refused(String key) {
        ProblemException problem = catchThrowableOfType(ProblemException.class, () -> limit.admit(key, "requests"));
        assertThat(problem).isNotNull();
        return problem;
    }

    private void spend(String key, int times) {
        for (int i = 0; i < times; i++) {
            limit.admit(key, "requests");
        }
    }

    @Test
    void letsInAsManyAtOnceAndThenTheRate() {
        spend("a", 10);

        ProblemException problem = refused("a");
        assertThat(problem.code()).isEqualTo(ProblemCode.TOO_MANY_REQUESTS);
        assertThat(problem).hasMessage("expected at most 2 a second, 10 at once, of requests; ask again in 1 s");
        assertThat(problem.extensions()).containsEntry(ProblemException.RETRY_AFTER, 1L);

        later(Duration.ofSeconds(3));
        spend("a", 6);
        refused("a");
    }

    @Test
    void whoWaitsAsLongAsItWasToldIsLetIn() {
        RateLimit slow = new RateLimit(0.1, 1, now::get);
        slow.admit("a", "requests");
        ProblemException problem = catchThrowableOfType(ProblemException.class, () -> slow.admit("a", "requests"));
        assertThat(problem.extensions()).containsEntry(ProblemException.RETRY_AFTER, 10L);

        later(Duration.ofSeconds(10));

        assertThatCode(() -> slow.admit("a", "requests")).doesNotThrowAnyException();
    }

    @Test
    void refusedRequestsCostNothingSoThatWaitingHelps() {
        spend("a", 10);
        for (int i = 0; i < 100; i++) {
            refused("a");
        }

        later(Duration.ofMillis(500));

        assertThatCode(() -> limit.admit("a", "requests")).doesNotThrowAnyException();
    }

    @Test
    void oneCallerLeavesTheOthersAlone() {
        spend("a", 10);
        refused("a");

        assertThatCode(() -> limit.admit("b", "requests")).doesNotThrowAnyException();
    }

    @Test
    void aLookCountsNothing() {
        for (int i = 0; i < 100; i++) {
            limit.check("a", "failures");
        }
        for (int i = 0; i < 10; i++) {
            limit.count("a");
        }

        assertThatThrownBy(() -> limit.check("a", "failures")).isInstanceOf(ProblemException.class);
    }

    @Test
    void aClockThatGoesBackGivesNothing() {
        spend("a", 10);
        now.addAndGet(-Duration.ofHours(1).toNanos());

        refused("a");
    }
}
