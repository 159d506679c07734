package dev.muster.control.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.outbound.Outcome;
import dev.muster.control.outbound.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final Health.Rules RULES =
            new Health.Rules(Duration.ofSeconds(10), Duration.ofDays(1), Duration.ofDays(5));
    private static final Verdict TAKEN = Verdict.of(new Outcome.Answered(200));
    private static final Verdict DOWN = Verdict.of(new Outcome.Answered(503));
    private static final Verdict NOT_THIS = Verdict.of(new Outcome.Answered(400));
    private static final Instant START = Instant.parse("2026-11-27T08:00:00Z");

    private static Health.Attempt attempt(int attempts, Instant queued, Instant began) {
        return new Health.Attempt(new UUID(1, 2), attempts, queued, began);
    }

    private static Health.Ruling after(Health health, Verdict verdict, Instant queued, Instant now) {
        return health.after(attempt(1, queued, now), verdict, now, RULES);
    }

    @Test
    void whoTakesSomethingIsWellAgain() {
        Health failing = new Health(7, START, START.plusSeconds(60));

        Health.Ruling ruling = after(failing, TAKEN, START, START.plusSeconds(60));

        assertThat(ruling.state()).isEqualTo("delivered");
        assertThat(ruling.health()).isEqualTo(Health.GOOD);
        assertThat(ruling.disabled()).isEmpty();
    }

    @Test
    void whoTakesNothingIsLeftAloneForLongerEachTime() {
        Health health = Health.GOOD;
        Instant now = START;
        Duration last = Duration.ZERO;
        for (int failures = 1; failures <= 8; failures++) {
            Health.Ruling ruling = after(health, DOWN, now, now);
            health = ruling.health();

            assertThat(ruling.state()).isEqualTo("waiting");
            assertThat(health.failures()).isEqualTo(failures);
            assertThat(health.failingSince()).isEqualTo(START);
            assertThat(health.ready(now)).isFalse();
            Instant resume = java.util.Objects.requireNonNull(health.resumeAt());
            assertThat(health.ready(resume)).isTrue();
            assertThat(Duration.between(now, resume)).isGreaterThan(last);
            last = Duration.between(now, resume);
            now = resume;
        }
    }

    @Test
    void manyFailuresAtOnceCountAsOne() {
        Health first = after(Health.GOOD, DOWN, START, START).health();

        Health second = first.after(attempt(1, START, START.minusMillis(5)), DOWN, START.plusMillis(5), RULES)
                .health();

        assertThat(second).isEqualTo(first);
    }

    @Test
    void whatIsRefusedByItselfHoldsUpNothingElse() {
        Health.Ruling ruling = after(Health.GOOD, NOT_THIS, START, START);

        assertThat(ruling.state()).isEqualTo("waiting");
        assertThat(ruling.next()).isAfter(START);
        assertThat(ruling.health().ready(START)).isTrue();
        assertThat(ruling.health().failingSince()).isEqualTo(START);
    }

    @Test
    void whatWasNotTakenForADayIsParkedAtItsNextFailure() {
        Instant dayLater = START.plus(RULES.giveUpAfter());

        assertThat(after(Health.GOOD, DOWN, START, dayLater.minusMillis(1)).state())
                .isEqualTo("waiting");
        assertThat(after(Health.GOOD, DOWN, START, dayLater).state()).isEqualTo("parked");
        assertThat(after(Health.GOOD, TAKEN, START, dayLater).state()).isEqualTo("delivered");
    }

    @Test
    void anAddressThatMayNotBeDialledIsNotTriedAgain() {
        Verdict refused = Verdict.of(new Outcome.Refused("private address"));

        Health.Ruling ruling = after(Health.GOOD, refused, START, START);

        assertThat(ruling.state()).isEqualTo("parked");
        assertThat(ruling.disabled()).isEmpty();
    }

    @Test
    void whoTookNothingForDaysIsTurnedOffAndWhoIsGoneAtOnce() {
        Health failing = new Health(40, START, START);
        Instant daysLater = START.plus(RULES.disableAfter());

        assertThat(after(failing, DOWN, daysLater, daysLater.minusMillis(1)).disabled())
                .isEmpty();
        assertThat(after(failing, DOWN, daysLater, daysLater).disabled())
                .hasValue("nothing was taken since " + START + ", at last: expected 2xx, found 503");
        Health.Ruling gone = after(Health.GOOD, Verdict.of(new Outcome.Answered(410)), START, START);
        assertThat(gone.state()).isEqualTo("parked");
        assertThat(gone.disabled()).hasValue("answered 410: gone");
    }
}
