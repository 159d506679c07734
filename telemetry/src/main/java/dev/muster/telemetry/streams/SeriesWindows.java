package dev.muster.telemetry.streams;

import dev.muster.telemetry.record.Metric;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The latest windows of one width of one metric of one device, the one touched last at the end. Kept by use and not by
 * time: a device that was away for a day goes on in the very window it left, and one device with a wrong clock ends
 * nobody's window (which Kafka Streams' own windows, driven by the highest time seen, would do).
 *
 * <p>Not thread-safe.
 */
final class SeriesWindows {
    /** Windows kept per series; a sample for an older one starts it anew, and the sink keeps the fuller of the two. */
    static final int KEPT = 4;

    private static final int BYTES = 7 * Long.BYTES;

    /** One window as counted so far; {@code emitted} is the count when it was last written to the rollup topic. */
    record Window(long startMillis, long count, double min, double max, double sum, double last, long emitted) {
        Window plus(double value) {
            return new Window(
                    startMillis, count + 1, Math.min(min, value), Math.max(max, value), sum + value, value, emitted);
        }

        Window asEmitted() {
            return new Window(startMillis, count, min, max, sum, last, count);
        }

        boolean isChanged() {
            return emitted != count;
        }
    }

    private final long widthMillis;
    private final List<Window> windows = new ArrayList<>(KEPT);

    private SeriesWindows(Duration width) {
        this.widthMillis = width.toMillis();
    }

    /** None yet, of {@code width}. */
    static SeriesWindows empty(Duration width) {
        return new SeriesWindows(width);
    }

    /** The number a metric counts as: flags are 0 and 1; text, bytes and what is not finite do not count. */
    static Optional<Double> number(Metric metric) {
        return switch (metric.getValueCase()) {
            case NUMBER -> Optional.of(metric.getNumber()).filter(Double::isFinite);
            case INTEGER -> Optional.of((double) metric.getInteger());
            case FLAG -> Optional.of(metric.getFlag() ? 1.0 : 0.0);
            case TEXT, DATA, VALUE_NOT_SET -> Optional.empty();
        };
    }

    /**
     * Counts a sample.
     *
     * @return the window that had to make room although its last value was not yet emitted
     */
    Optional<Window> add(long atMillis, double value) {
        long start = Math.floorDiv(atMillis, widthMillis) * widthMillis;
        for (int i = windows.size() - 1; i >= 0; i--) {
            if (windows.get(i).startMillis() == start) {
                windows.add(windows.remove(i).plus(value));
                return Optional.empty();
            }
        }
        windows.add(new Window(start, 1, value, value, value, value, 0));
        return windows.size() > KEPT ? Optional.of(windows.remove(0)).filter(Window::isChanged) : Optional.empty();
    }

    /** The windows that changed since they were last taken; they count as emitted from now on. */
    List<Window> takeChanged() {
        List<Window> changed = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            Window window = windows.get(i);
            if (window.isChanged()) {
                changed.add(window);
                windows.set(i, window.asEmitted());
            }
        }
        return changed;
    }

    boolean hasChanged() {
        return windows.stream().anyMatch(Window::isChanged);
    }

    byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(windows.size() * BYTES);
        for (Window window : windows) {
            out.putLong(window.startMillis())
                    .putLong(window.count())
                    .putDouble(window.min())
                    .putDouble(window.max())
                    .putDouble(window.sum())
                    .putDouble(window.last())
                    .putLong(window.emitted());
        }
        return out.array();
    }

    static SeriesWindows fromBytes(Duration width, byte[] bytes) {
        if (bytes.length % BYTES != 0) {
            throw new IllegalArgumentException(
                    "expected whole windows of " + BYTES + " bytes, found " + bytes.length + " bytes");
        }
        SeriesWindows series = empty(width);
        for (ByteBuffer in = ByteBuffer.wrap(bytes); in.hasRemaining(); ) {
            series.windows.add(new Window(
                    in.getLong(),
                    in.getLong(),
                    in.getDouble(),
                    in.getDouble(),
                    in.getDouble(),
                    in.getDouble(),
                    in.getLong()));
        }
        return series;
    }
}
