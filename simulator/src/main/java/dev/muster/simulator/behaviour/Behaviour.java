package dev.muster.simulator.behaviour;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How a device behaves. Every answer is drawn anew, so two devices of one behaviour do not move in step. Stateless: one object serves
 * all devices.
 */
public sealed interface Behaviour {
    /** As people write it: {@code clock-wrong}. */
    String text();

    /** After what time it connects first. */
    default Duration first(RandomGenerator random) {
        return Duration.ZERO;
    }

    /** How long it keeps a session; empty: until somebody else ends it. */
    default Optional<Duration> session(RandomGenerator random) {
        return Optional.empty();
    }

    /** How long it stays away after a session that it ended. */
    default Duration away(RandomGenerator random) {
        return Duration.ZERO;
    }

    /** Whether it says DISCONNECT before it goes; otherwise its line is gone. */
    default boolean saysGoodbye() {
        return true;
    }

    /** How long one target takes, from the document to the end. */
    default Duration install(RandomGenerator random) {
        return between(random, Duration.ofSeconds(3), Duration.ofSeconds(10));
    }

    /** What goes wrong with every install; empty: nothing. */
    default Optional<Failure> failure(RandomGenerator random) {
        return Optional.empty();
    }

    /** How far its clock is ahead of the true time; negative behind. */
    default Duration clockError(RandomGenerator random) {
        return Duration.ZERO;
    }

    /** How often it reads what was sent to it; empty: at once. */
    default Optional<Duration> readsEvery() {
        return Optional.empty();
    }

    /** Always connected. */
    record Steady() implements Behaviour {
        @Override
        public String text() {
            return "steady";
        }
    }

    /** On a bad line: it is lost after seconds, and back after seconds. */
    record Flapping() implements Behaviour {
        @Override
        public String text() {
            return "flapping";
        }

        @Override
        public Optional<Duration> session(RandomGenerator random) {
            return Optional.of(between(random, Duration.ofSeconds(5), Duration.ofSeconds(60)));
        }

        @Override
        public Duration away(RandomGenerator random) {
            return between(random, Duration.ofSeconds(1), Duration.ofSeconds(30));
        }

        @Override
        public boolean saysGoodbye() {
            return false;
        }
    }

    /** Installs for minutes, and reads its session every few seconds only. */
    record Slow() implements Behaviour {
        @Override
        public String text() {
            return "slow";
        }

        @Override
        public Duration install(RandomGenerator random) {
            return between(random, Duration.ofMinutes(2), Duration.ofMinutes(6));
        }

        @Override
        public Optional<Duration> readsEvery() {
            return Optional.of(Duration.ofSeconds(5));
        }
    }

    /** Never gets an install to its end. */
    record Failing() implements Behaviour {
        @Override
        public String text() {
            return "failing";
        }

        @Override
        public Optional<Failure> failure(RandomGenerator random) {
            Failure[] all = Failure.values();
            return Optional.of(all[random.nextInt(all.length)]);
        }
    }

    /** Connected for a minute in an hour. */
    record Sleeping() implements Behaviour {
        private static final Duration AWAKE = Duration.ofMinutes(1);
        private static final Duration HOUR = Duration.ofHours(1);

        @Override
        public String text() {
            return "sleeping";
        }

        // As if it had slept and woken before: spread over the hour from the first minute on.
        @Override
        public Duration first(RandomGenerator random) {
            return between(random, Duration.ZERO, HOUR);
        }

        @Override
        public Optional<Duration> session(RandomGenerator random) {
            return Optional.of(AWAKE);
        }

        @Override
        public Duration away(RandomGenerator random) {
            return HOUR.minus(AWAKE);
        }
    }

    /** Its clock is hours off, ahead or behind. */
    record ClockWrong() implements Behaviour {
        @Override
        public String text() {
            return "clock-wrong";
        }

        @Override
        public Duration clockError(RandomGenerator random) {
            Duration error = between(random, Duration.ofHours(1), Duration.ofHours(12));
            return random.nextBoolean() ? error : error.negated();
        }
    }

    /** A time from {@code least} to {@code most}. */
    private static Duration between(RandomGenerator random, Duration least, Duration most) {
        return least.plusMillis(random.nextLong(most.minus(least).toMillis() + 1));
    }
}
