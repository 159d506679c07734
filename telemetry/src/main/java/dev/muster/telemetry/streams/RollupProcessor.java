package dev.muster.telemetry.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.telemetry.kafka.RecordKey;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.Rollup;
import dev.muster.telemetry.record.TelemetryBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Counts samples into one-minute windows and writes each changed window whole, every few seconds. Repetitions of a
 * device (same or lower boot and seq) count once. One instance per task, one thread.
 */
final class RollupProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    /** Store: {@code tenant/device NUL metric} to {@link SeriesWindows}. */
    static final String SERIES = "series-windows";

    /** Store: {@code tenant/device} to highest boot and seq. */
    static final String MARKS = "device-marks";

    private static final char SEPARATOR = '\0';

    private final Duration emitEvery;
    private final LongAdder unreadable;
    private final Set<String> changed = new LinkedHashSet<>();
    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable KeyValueStore<String, byte[]> series;
    private @Nullable KeyValueStore<String, byte[]> marks;

    RollupProcessor(Duration emitEvery, LongAdder unreadable) {
        this.emitEvery = emitEvery;
        this.unreadable = unreadable;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> given) {
        context = given;
        series = given.getStateStore(SERIES);
        marks = given.getStateStore(MARKS);
        // What was counted but not emitted when the last owner of this task ended.
        try (KeyValueIterator<String, byte[]> all = series().all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                if (SeriesWindows.fromBytes(entry.value).hasChanged()) {
                    changed.add(entry.key);
                }
            }
        }
        given.schedule(emitEvery, PunctuationType.WALL_CLOCK_TIME, now -> emit());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        TelemetryBatch batch;
        try {
            batch = TelemetryBatch.parseFrom(Objects.requireNonNull(record.value()));
        } catch (InvalidProtocolBufferException | NullPointerException e) {
            unreadable.increment(); // never ours; one bad record must not stop a fleet
            return;
        }
        if (!RecordKey.names(record.key(), batch.getTenant(), batch.getDevice())) {
            unreadable.increment();
            return;
        }
        String device = batch.getTenant() + "/" + batch.getDevice();
        if (isRepetition(device, batch)) {
            return;
        }
        for (Metric metric : batch.getMetricsList()) {
            Optional<Double> number = SeriesWindows.number(metric);
            if (number.isPresent()) {
                count(device, metric.getName(), metric.getAtMs(), number.get());
            }
        }
    }

    /** Same rule as the sink's high-water mark; a device that sends neither boot nor seq is taken at its word. */
    private boolean isRepetition(String device, TelemetryBatch batch) {
        if (batch.getBoot() == 0 && batch.getSeq() == 0) {
            return false;
        }
        byte[] known = marks().get(device);
        if (known != null) {
            ByteBuffer mark = ByteBuffer.wrap(known);
            int boot = Long.compareUnsigned(batch.getBoot(), mark.getLong());
            if (boot < 0 || (boot == 0 && Long.compareUnsigned(batch.getSeq(), mark.getLong()) <= 0)) {
                return true;
            }
        }
        marks().put(
                        device,
                        ByteBuffer.allocate(2 * Long.BYTES)
                                .putLong(batch.getBoot())
                                .putLong(batch.getSeq())
                                .array());
        return false;
    }

    private void count(String device, String metric, long atMillis, double value) {
        String key = device + SEPARATOR + metric;
        byte[] stored = series().get(key);
        SeriesWindows windows = stored == null ? SeriesWindows.empty() : SeriesWindows.fromBytes(stored);
        windows.add(atMillis, value).ifPresent(window -> emit(key, window));
        series().put(key, windows.toBytes());
        changed.add(key);
    }

    private void emit() {
        for (String key : changed) {
            byte[] stored = series().get(key);
            if (stored != null) {
                SeriesWindows windows = SeriesWindows.fromBytes(stored);
                windows.takeChanged().forEach(window -> emit(key, window));
                series().put(key, windows.toBytes());
            }
        }
        changed.clear();
    }

    private void emit(String key, SeriesWindows.Window window) {
        int separator = key.indexOf(SEPARATOR);
        String device = key.substring(0, separator);
        int slash = device.indexOf('/');
        Rollup rollup = Rollup.newBuilder()
                .setTenant(device.substring(0, slash))
                .setDevice(device.substring(slash + 1))
                .setMetric(key.substring(separator + 1))
                .setWindowStartMs(window.startMillis())
                .setWindowSeconds(SeriesWindows.WIDTH_MILLIS / 1_000)
                .setCount(window.count())
                .setMin(window.min())
                .setMax(window.max())
                .setSum(window.sum())
                .setLast(window.last())
                .build();
        ProcessorContext<byte[], byte[]> to = Objects.requireNonNull(context);
        to.forward(
                new Record<>(device.getBytes(StandardCharsets.UTF_8), rollup.toByteArray(), to.currentSystemTimeMs()));
    }

    private KeyValueStore<String, byte[]> series() {
        return Objects.requireNonNull(series);
    }

    private KeyValueStore<String, byte[]> marks() {
        return Objects.requireNonNull(marks);
    }
}
