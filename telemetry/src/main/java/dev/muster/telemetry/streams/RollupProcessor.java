package dev.muster.telemetry.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.telemetry.kafka.RecordKey;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.Rollup;
import dev.muster.telemetry.record.TelemetryBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
 * Counts samples into windows of a minute and of an hour and writes each changed window whole, every few seconds or minutes. Repetitions of a
 * device (same or lower boot and seq) count once. One instance per task, one thread.
 */
final class RollupProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    /** Store: {@code tenant/device} to highest boot and seq. */
    static final String MARKS = "device-marks";

    private static final char SEPARATOR = '\0';

    private final Duration emitEvery;
    private final LongAdder unreadable;
    private final List<Counted> levels = new ArrayList<>();
    private @Nullable KeyValueStore<String, byte[]> marks;

    RollupProcessor(Duration emitEvery, LongAdder unreadable) {
        this.emitEvery = emitEvery;
        this.unreadable = unreadable;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> given) {
        marks = given.getStateStore(MARKS);
        levels.clear();
        for (RollupLevel level : RollupLevel.values()) {
            Counted counted = new Counted(level, given);
            levels.add(counted);
            given.schedule(level.emitEvery(emitEvery), PunctuationType.WALL_CLOCK_TIME, now -> counted.emitChanged());
        }
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
                String key = device + SEPARATOR + metric.getName();
                levels.forEach(level -> level.add(key, metric.getAtMs(), number.get()));
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

    /** The windows of one width, and which of them changed since they were last written. */
    private static final class Counted {
        private final RollupLevel level;
        private final ProcessorContext<byte[], byte[]> to;
        private final KeyValueStore<String, byte[]> series;
        private final Set<String> changed = new LinkedHashSet<>();

        Counted(RollupLevel level, ProcessorContext<byte[], byte[]> context) {
            this.level = level;
            this.to = context;
            this.series = context.getStateStore(level.store());
            // What was counted but not emitted when the last owner of this task ended.
            try (KeyValueIterator<String, byte[]> all = series.all()) {
                while (all.hasNext()) {
                    KeyValue<String, byte[]> entry = all.next();
                    if (SeriesWindows.fromBytes(level.width(), entry.value).hasChanged()) {
                        changed.add(entry.key);
                    }
                }
            }
        }

        void add(String key, long atMillis, double value) {
            byte[] stored = series.get(key);
            SeriesWindows windows = stored == null
                    ? SeriesWindows.empty(level.width())
                    : SeriesWindows.fromBytes(level.width(), stored);
            windows.add(atMillis, value).ifPresent(window -> emit(key, window));
            series.put(key, windows.toBytes());
            changed.add(key);
        }

        void emitChanged() {
            for (String key : changed) {
                byte[] stored = series.get(key);
                if (stored != null) {
                    SeriesWindows windows = SeriesWindows.fromBytes(level.width(), stored);
                    windows.takeChanged().forEach(window -> emit(key, window));
                    series.put(key, windows.toBytes());
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
                    .setWindowSeconds(level.width().toSeconds())
                    .setCount(window.count())
                    .setMin(window.min())
                    .setMax(window.max())
                    .setSum(window.sum())
                    .setLast(window.last())
                    .build();
            to.forward(
                    new Record<>(
                            device.getBytes(StandardCharsets.UTF_8), rollup.toByteArray(), to.currentSystemTimeMs()),
                    level.sink());
        }
    }

    private KeyValueStore<String, byte[]> marks() {
        return Objects.requireNonNull(marks);
    }
}
