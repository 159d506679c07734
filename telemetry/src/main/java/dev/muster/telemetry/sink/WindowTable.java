package dev.muster.telemetry.sink;

import java.util.Optional;

/** Where windows of each width lie. Those of an hour have one partition a month, all else one a day. */
enum WindowTable {
    MINUTES(60, "rollup_1m"),
    HOURS(3_600, "rollup_1h");

    private final long seconds;
    private final String table;

    WindowTable(long seconds, String table) {
        this.seconds = seconds;
        this.table = table;
    }

    String table() {
        return table;
    }

    /** The table for windows of {@code seconds}. */
    static Optional<WindowTable> ofSeconds(long seconds) {
        for (WindowTable level : values()) {
            if (level.seconds == seconds) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
