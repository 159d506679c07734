package dev.muster.telemetry.bridge;

import dev.muster.telemetry.record.Metric;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Says what a message of a broker means. Thread-safe where it keeps nothing; else called by one thread. */
public interface MessageReader {
    /** What a message becomes. */
    sealed interface Outcome {
        /** Measurements, by device; never empty. */
        record Readings(List<Reading> readings) implements Outcome {
            public Readings {
                readings = List.copyOf(readings);
            }
        }

        /**
         * News of one device that keeps a session of its own with the host that listens.
         *
         * @param news its measurements; may be none
         * @param refusal why the message goes to the dead letters nevertheless
         * @param gone why the device is gone with it
         * @param ask what is to be sent to it, if the connection may speak for it
         * @param gap whether messages before it never came
         */
        record Session(Reading news, Optional<String> refusal, Optional<String> gone, Optional<Said> ask, boolean gap)
                implements Outcome {}

        /** It cannot be read, or nobody said how. */
        record Unreadable(String reason) implements Outcome {}

        /** It is none of anybody's measurements, and no fault. */
        record Nothing() implements Outcome {}
    }

    /**
     * What one device measured.
     *
     * @param device its name as the message says it; may be none that a device can have
     */
    record Reading(String device, List<Metric> metrics) {
        public Reading {
            metrics = List.copyOf(metrics);
        }
    }

    /** A message of ours to the broker. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, and never compared
    record Said(String topic, byte[] payload, int qos, boolean retained) {}

    /** Never throws; {@code nowMillis} is the time of messages that say none. */
    Outcome read(String topic, byte[] payload, long nowMillis);

    /** What to subscribe to. */
    List<String> filters();

    /** What is told of the host that listens, if it is one; then the broker keeps no session for it. */
    default Optional<Host> host() {
        return Optional.empty();
    }

    /** A connection began: what was known of devices' sessions holds no longer. */
    default void connected(Instant now) {}

    /** What a host tells of itself. Thread-safe. */
    interface Host {
        /** The state, as of the connection that begins or began at {@code at}. */
        Said state(boolean online, Instant at);

        /** Whether a message on the topic of the state says that the host is not there. */
        boolean denies(byte[] payload);
    }
}
