package dev.muster.control.webhooks;

import dev.muster.control.outbound.Backoff;
import dev.muster.control.outbound.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How whoever receives stands, and what an attempt makes of that. Pure.
 *
 * @param failures in a row of a receiver that takes nothing
 * @param failingSince since when nothing was taken
 * @param resumeAt when one event is tried again; nothing is before
 */
record Health(
        int failures,
        @Nullable Instant failingSince,
        @Nullable Instant resumeAt) {
    static final Health GOOD = new Health(0, null, null);

    /** @param attempts this one included */
    record Attempt(UUID event, int attempts, Instant queuedAt, Instant began) {}

    /** How long and how often is tried. */
    record Rules(Duration retryAfter, Duration giveUpAfter, Duration disableAfter) {}

    /**
     * @param state of the delivery
     * @param next when it is tried again, if it waits
     * @param disabled why the webhook is turned off; empty if it is not
     */
    record Ruling(String state, Instant next, Health health, Optional<String> disabled) {}

    /** Whether something may be tried. */
    boolean ready(Instant now) {
        return resumeAt == null || !now.isBefore(resumeAt);
    }

    Ruling after(Attempt attempt, Verdict verdict, Instant now, Rules rules) {
        if (verdict.sent()) {
            return new Ruling("delivered", now, GOOD, Optional.empty());
        }
        Health health = failed(attempt, verdict, now, rules);
        boolean over = !now.isBefore(attempt.queuedAt().plus(rules.giveUpAfter()));
        Instant next = now.plus(Backoff.after(attempt.attempts(), rules.retryAfter(), attempt.event()));
        return new Ruling(
                verdict.hopeless() || over ? "parked" : "waiting", next, health, disabled(health, verdict, now, rules));
    }

    private Health failed(Attempt attempt, Verdict verdict, Instant now, Rules rules) {
        Instant since = failingSince == null ? now : failingSince;
        // What was under way already when another attempt failed tells nothing new.
        boolean news = resumeAt == null || !attempt.began().isBefore(resumeAt);
        if (verdict.kind() != Verdict.Kind.UNREACHABLE || !news) {
            return new Health(failures, since, resumeAt);
        }
        return new Health(
                failures + 1, since, now.plus(Backoff.after(failures + 1, rules.retryAfter(), attempt.event())));
    }

    private static Optional<String> disabled(Health health, Verdict verdict, Instant now, Rules rules) {
        if (verdict.kind() == Verdict.Kind.GONE) {
            return Optional.of(verdict.said());
        }
        Instant since = health.failingSince();
        return since != null && !now.isBefore(since.plus(rules.disableAfter()))
                ? Optional.of("nothing was taken since " + since + ", at last: " + verdict.said())
                : Optional.empty();
    }
}
