package dev.muster.telemetry.sink;

import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.lifecycle.Health;
import dev.muster.telemetry.lifecycle.Meter;
import java.util.List;

/** A running sink. */
@SuppressWarnings("DoNotCallSuggester") // signatures first
public final class Sink implements Component {
    private Sink() {}

    /** Starts the one thread. */
    public static Sink start(SinkConfig config) {
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
