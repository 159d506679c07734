package dev.muster.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration BASE = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void staysBelowADoublingBoundAndTheLimit() {
        Backoff backoff = new Backoff(BASE, LIMIT, new Random(1));
        Duration bound = BASE;
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.next()).isBetween(Duration.ZERO, bound);
            bound = bound.multipliedBy(2).compareTo(LIMIT) > 0 ? LIMIT : bound.multipliedBy(2);
        }
    }

    @Test
    void spreadsAFleetOverTheWholeBound() {
        Set<Long> seconds = new HashSet<>();
        for (int device = 0; device < 1000; device++) {
            Backoff backoff = new Backoff(LIMIT, LIMIT, new Random(device));
            seconds.add(backoff.next().toSeconds());
        }

        assertThat(seconds).hasSizeGreaterThan(55);
    }

    @Test
    void beginsAgainAfterASuccess() {
        Backoff backoff = new Backoff(BASE, LIMIT, new Random(1));
        for (int i = 0; i < 10; i++) {
            backoff.next();
        }

        backoff.reset();

        assertThat(backoff.next()).isLessThanOrEqualTo(BASE);
    }
}
