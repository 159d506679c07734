package dev.muster.telemetry.query;

import dev.muster.protocol.identity.DeviceRef;
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

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Duration rawRetention;
    private final InstantSource clock;

    /** {@code rawRetention} as the sink has it; older spans are answered from one-minute windows. */
    public TelemetryQuery(Duration rawRetention, InstantSource clock) {
        this.rawRetention = rawRetention;
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
        Spans cut = cut(from, to, points);
        return cut.raw()
                ? SeriesStore.raw(connection, device, metric, from, to, cut.step())
                : SeriesStore.rollups(connection, device, metric, from, to, cut.step());
    }

    /**
     * How a span is cut into points.
     *
     * @param raw whether from samples; from windows of a minute otherwise
     */
    record Spans(boolean raw, Duration step) {}

    Spans cut(Instant from, Instant to, int points) {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("expected `from` before `to`, found " + from + " and " + to);
        }
        if (points < 1 || points > MAX_POINTS) {
            throw new IllegalArgumentException("expected 1 to " + MAX_POINTS + " points, found " + points);
        }
        Duration step = step(from, to, points);
        boolean raw =
                step.compareTo(WINDOW) < 0 && !from.isBefore(clock.instant().minus(rawRetention));
        return new Spans(raw, raw ? step : roundUp(step));
    }

    /** Width of one point, at least a millisecond, so that {@code points} of them cover the span. */
    static Duration step(Instant from, Instant to, int points) {
        long millis = Duration.between(from, to).toMillis();
        return Duration.ofMillis(Math.max(1, Math.ceilDiv(millis, points)));
    }

    /** Whole minutes: a point made of windows cannot be narrower than one, nor cut one in two. */
    static Duration roundUp(Duration step) {
        return WINDOW.multipliedBy(Math.max(1, Math.ceilDiv(step.toMillis(), WINDOW.toMillis())));
    }
}
