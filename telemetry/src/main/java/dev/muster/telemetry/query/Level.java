package dev.muster.telemetry.query;

import dev.muster.telemetry.schema.Retention;
import java.time.Duration;
import java.time.Instant;

/** What an answer is made of, the finest first. */
public enum Level {
    RAW("raw", Duration.ofMillis(1), "sample", "") {
        @Override
        Duration kept(Retention retention) {
            return retention.raw();
        }
    },
    MINUTE("1m", Duration.ofMinutes(1), "rollup_1m", "minute") {
        @Override
        Duration kept(Retention retention) {
            return retention.minutes();
        }
    },
    HOUR("1h", Duration.ofHours(1), "rollup_1h", "hour") {
        @Override
        Duration kept(Retention retention) {
            return retention.hours();
        }
    };

    /** Answers whatever no finer level has. */
    static final Level COARSEST = HOUR;

    private final String text;
    private final Duration width;
    private final String table;
    private final String field;

    Level(String text, Duration width, String table, String field) {
        this.text = text;
        this.width = width;
        this.table = table;
        this.field = field;
    }

    /** {@code raw}, {@code 1m} or {@code 1h}. */
    public String text() {
        return text;
    }

    /** Width of one window. */
    Duration width() {
        return width;
    }

    /** For how long there is something of this level. */
    abstract Duration kept(Retention retention);

    /** The next level after this; the coarsest has none but itself. */
    Level coarser() {
        return switch (this) {
            case RAW -> MINUTE;
            case MINUTE, HOUR -> HOUR;
        };
    }

    /** A point made of windows cannot be narrower than one, nor cut one in two. */
    Duration roundUp(Duration step) {
        return width.multipliedBy(Math.max(1, Math.ceilDiv(step.toMillis(), width.toMillis())));
    }

    /** Points made of windows begin where windows begin; those of samples where the span does. */
    Instant origin(Instant from) {
        return this == RAW ? from : Instant.EPOCH;
    }

    /** The statement for this level; {@code windows} has places for table and field. */
    String sql(String raw, String windows) {
        return this == RAW ? raw : windows.formatted(table, field);
    }
}
