package dev.muster.telemetry.bridge;

import dev.muster.telemetry.record.Metric;
import java.util.List;

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

        /** It cannot be read, or nobody said how. */
        record Unreadable(String reason) implements Outcome {}
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

    /** Never throws; {@code nowMillis} is the time of messages that say none. */
    Outcome read(String topic, byte[] payload, long nowMillis);

    /** What to subscribe to. */
    List<String> filters();
}
