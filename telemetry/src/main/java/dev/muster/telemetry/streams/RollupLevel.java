package dev.muster.telemetry.streams;

import java.time.Duration;

/** The widths of window that are counted side by side, each from the samples themselves. */
enum RollupLevel {
    MINUTE(Duration.ofMinutes(1), "series-windows", "rollups", 1),
    /** Written more seldom: a page of months does not wait for the last minute. */
    HOUR(Duration.ofHours(1), "series-hours", "rollups-1h", 4);

    private final Duration width;
    private final String store;
    private final String sink;
    private final int emitFactor;

    RollupLevel(Duration width, String store, String sink, int emitFactor) {
        this.width = width;
        this.store = store;
        this.sink = sink;
        this.emitFactor = emitFactor;
    }

    Duration width() {
        return width;
    }

    /** State store: {@code tenant/device NUL metric} to {@link SeriesWindows}. */
    String store() {
        return store;
    }

    /** Name of the node that writes this level's topic. */
    String sink() {
        return sink;
    }

    /** How often changed windows are written, where those of a minute are every {@code base}. */
    Duration emitEvery(Duration base) {
        return base.multipliedBy(emitFactor);
    }
}
