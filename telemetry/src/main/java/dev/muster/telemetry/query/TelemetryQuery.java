package dev.muster.telemetry.query;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.telemetry.schema.Retention;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Reads what the sink stored. Every call works on the caller's connection, inside the caller's transaction, with the
 * caller's {@code app.tenant}: a connection without one sees nothing. Whether the person may see the device is the
 * caller's decision. Thread-safe.
 */
public final class TelemetryQuery {
    /** Most points one series may have. */
    public static final int MAX_POINTS = 5_000;

    private final Retention kept;
    private final InstantSource clock;

    /** {@code kept} as the sink has it: what is no longer there is answered from the next coarser level. */
    public TelemetryQuery(Retention kept, InstantSource clock) {
        this.kept = kept;
        this.clock = clock;
    }

    /** The newest value of every metric of {@code device}, by name of metric. */
    public List<LatestValue> latest(Connection connection, DeviceRef device) throws SQLException {
        return SeriesStore.latest(connection, device);
    }

    /**
     * One metric from {@code from} (inclusive) to {@code to} (exclusive) in at most {@code points} points, oldest first;
     * spans without a sample have none.
     *
     * @param points 1 to {@value #MAX_POINTS}
     * @throws IllegalArgumentException if {@code from} is not before {@code to}, or {@code points} is out of range
     */
    public List<SeriesPoint> series(
            Connection connection, DeviceRef device, String metric, Instant from, Instant to, int points)
            throws SQLException {
        return SeriesStore.points(connection, device, metric, from, to, cut(from, to, points));
    }

    /**
     * How {@link #series} cuts a span.
     *
     * @throws IllegalArgumentException if {@code from} is not before {@code to}, or {@code points} is out of range
     */
    public Spans cut(Instant from, Instant to, int points) {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("expected `from` before `to`, found " + from + " and " + to);
        }
        if (points < 1 || points > MAX_POINTS) {
            throw new IllegalArgumentException("expected 1 to " + MAX_POINTS + " points, found " + points);
        }
        Duration step = step(from, to, points);
        Duration age = Duration.between(from, clock.instant());
        Level level = Level.RAW;
        while (level != Level.COARSEST
                && (step.compareTo(level.coarser().width()) >= 0 || age.compareTo(level.kept(kept)) > 0)) {
            level = level.coarser();
        }
        return new Spans(level, level.roundUp(step));
    }

    /** Width of one point, at least a millisecond, so that {@code points} of them cover the span. */
    static Duration step(Instant from, Instant to, int points) {
        long millis = Duration.between(from, to).toMillis();
        return Duration.ofMillis(Math.max(1, Math.ceilDiv(millis, points)));
    }
}
