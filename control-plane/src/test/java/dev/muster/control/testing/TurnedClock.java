package dev.muster.control.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The server's clock in tests that let hours pass: the system's, and ahead of it by what it was turned. Time only goes
 * forward. Thread-safe.
 */
@Alternative
@Singleton
public class TurnedClock extends Clock {
    private final Clock system = Clock.systemUTC();
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    /** A server with this clock, apart from the one whose time is everybody's. */
    public static final class Profile implements QuarkusTestProfile {
        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(TurnedClock.class);
        }

        /** A server that renewed its certificate by a turned clock would have one that its devices' clocks do not accept yet. */
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("muster.enrolment.server-certificate-life", "P3000D");
        }
    }

    /** Lets {@code time} pass at once. */
    public void turn(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("expected a time of zero or more, found " + time);
        }
        ahead.accumulateAndGet(time, Duration::plus);
    }

    @Override
    public Instant instant() {
        return system.instant().plus(ahead.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("expected no other zone than UTC, found " + zone);
    }
}
