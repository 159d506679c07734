package dev.muster.telemetry.lifecycle;

import java.util.List;

/** A running part of telemetry. Every method is thread-safe; closing twice does nothing more. */
public interface Component extends AutoCloseable {
    /** Whether it can do its work now, and why not; does no I/O. */
    Health health();

    /** All numbers it shows, the same list for its whole life. */
    List<Meter> meters();

    /** Finishes what was accepted, then frees threads and connections; returns when done. */
    @Override
    void close();
}
