package dev.muster.telemetry.query;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.lifecycle.Health;
import dev.muster.telemetry.lifecycle.Meter;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hands on what devices send as it passes through Kafka, for live pages. One consumer per process, whatever the number
 * of subscribers; it reads only while there is one. Nothing is replayed: a subscriber gets what comes after it came.
 */
@SuppressWarnings("DoNotCallSuggester") // signatures first
public final class TelemetryTail implements Component {
    private TelemetryTail() {}

    /** Starts the one thread. */
    public static TelemetryTail start(KafkaSettings kafka) {
        throw new UnsupportedOperationException();
    }

    /** Ends a subscription; closing twice does nothing. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Calls {@code listener} for each sample of {@code device} from now on, in the order of arrival, on the tail's own
     * thread: it must not wait. A listener that throws is unsubscribed.
     */
    public Subscription subscribe(DeviceRef device, Consumer<LiveSample> listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Health health() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Meter> meters() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
