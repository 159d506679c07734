package dev.muster.telemetry.streams;

import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.lifecycle.Health;
import dev.muster.telemetry.lifecycle.Meter;
import java.util.List;

/** A running stream topology. */
@SuppressWarnings("DoNotCallSuggester") // signatures first
public final class StreamsApp implements Component {
    private StreamsApp() {}

    /** Starts the threads; ready once {@link #health()} says so. */
    public static StreamsApp start(StreamsConfiguration config) {
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
