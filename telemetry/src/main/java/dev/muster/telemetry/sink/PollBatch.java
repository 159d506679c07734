package dev.muster.telemetry.sink;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.telemetry.kafka.RecordKey;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.Rollup;
import dev.muster.telemetry.record.TelemetryBatch;
import dev.muster.telemetry.schema.Retention;
import dev.muster.telemetry.schema.ValueKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one poll brings, made ready for one transaction: repetitions dropped, the newest value per metric, the fullest
 * state per window. Pure; not thread-safe.
 */
final class PollBatch {
    private static final long YEAR_10000_MILLIS = 253_402_300_800_000L;
    private static final long EXACT_IN_DOUBLE = 1L << 53;

    /** One device of one tenant; ordered, so that concurrent transactions lock in one order. */
    record DeviceKey(String tenant, String device) implements Comparable<DeviceKey> {
        @Override
        public int compareTo(DeviceKey other) {
            int byTenant = tenant.compareTo(other.tenant);
            return byTenant != 0 ? byTenant : device.compareTo(other.device);
        }
    }

    /** Highest position stored of a device, unsigned. */
    record Mark(long boot, long seq) {
        boolean covers(TelemetryBatch batch) {
            int byBoot = Long.compareUnsigned(batch.getBoot(), boot);
            return byBoot < 0 || (byBoot == 0 && Long.compareUnsigned(batch.getSeq(), seq) <= 0);
        }
    }

    /** One sample as it is stored. */
    record Row(
            DeviceKey device,
            String metric,
            long atMillis,
            long receivedAtMillis,
            int kind,
            @Nullable Double num,
            @Nullable String txt) {
        /** A clock that runs ahead does not count. */
        long orderedAtMillis() {
            return Math.min(atMillis, receivedAtMillis);
        }
    }

    /** Identity of a latest value, and with a time of a window. */
    record SeriesKey(DeviceKey device, String metric, long windowStartMillis) implements Comparable<SeriesKey> {
        @Override
        public int compareTo(SeriesKey other) {
            int byDevice = device.compareTo(other.device);
            if (byDevice != 0) {
                return byDevice;
            }
            int byMetric = metric.compareTo(other.metric);
            return byMetric != 0 ? byMetric : Long.compare(windowStartMillis, other.windowStartMillis);
        }
    }

    private final long rawSinceMillis;
    private final long minutesSinceMillis;
    private final long hoursSinceMillis;
    private final long untilMillis;
    private final List<TelemetryBatch> batches = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final SortedMap<SeriesKey, Row> latest = new TreeMap<>();
    private final SortedMap<DeviceKey, Mark> marks = new TreeMap<>();
    private final Map<WindowTable, SortedMap<SeriesKey, Rollup>> rollups = new EnumMap<>(WindowTable.class);
    private int unreadable;
    private int duplicates;
    private int expired;

    /** Rows older than the retentions, and windows later than tomorrow, are not kept. */
    PollBatch(Instant now, Retention retention) {
        this.rawSinceMillis = now.minus(retention.raw()).toEpochMilli();
        this.minutesSinceMillis = now.minus(retention.minutes()).toEpochMilli();
        this.hoursSinceMillis = now.minus(retention.hours()).toEpochMilli();
        this.untilMillis = now.plus(Duration.ofDays(1)).toEpochMilli();
    }

    /** INVARIANT (one device): what names another device in the value than in the key is nobody's. */
    void addTelemetry(byte @Nullable [] key, byte[] value) {
        try {
            TelemetryBatch batch = TelemetryBatch.parseFrom(value);
            if (!RecordKey.names(key, batch.getTenant(), batch.getDevice())) {
                unreadable++;
                return;
            }
            batches.add(batch);
        } catch (InvalidProtocolBufferException e) {
            unreadable++;
        }
    }

    /** Held as {@link #addTelemetry} holds it. */
    void addRollup(byte @Nullable [] key, byte[] value) {
        try {
            Rollup rollup = Rollup.parseFrom(value);
            if (!RecordKey.names(key, rollup.getTenant(), rollup.getDevice())) {
                unreadable++;
                return;
            }
            WindowTable table = WindowTable.ofSeconds(rollup.getWindowSeconds()).orElse(null);
            if (table == null) {
                unreadable++;
                return;
            }
            long since =
                    switch (table) {
                        case MINUTES -> minutesSinceMillis;
                        case HOURS -> hoursSinceMillis;
                    };
            long start = rollup.getWindowStartMs();
            if (start < since || start >= untilMillis || rollup.getCount() <= 0) {
                expired++;
                return;
            }
            rollups.computeIfAbsent(table, level -> new TreeMap<>())
                    .merge(
                            new SeriesKey(key(rollup.getTenant(), rollup.getDevice()), text(rollup.getMetric()), start),
                            rollup,
                            (known, read) -> read.getCount() >= known.getCount() ? read : known);
        } catch (InvalidProtocolBufferException e) {
            unreadable++;
        }
    }

    /** Devices whose marks must be known before {@link #resolve}. */
    Collection<DeviceKey> markedDevices() {
        return batches.stream()
                .filter(PollBatch::isPositioned)
                .map(batch -> key(batch.getTenant(), batch.getDevice()))
                .distinct()
                .sorted()
                .toList();
    }

    /** Drops what {@code known} covers already and makes rows of the rest, in the order of arrival. */
    void resolve(Map<DeviceKey, Mark> known) {
        for (TelemetryBatch batch : batches) {
            DeviceKey device = key(batch.getTenant(), batch.getDevice());
            if (isPositioned(batch)) {
                Mark mark = marks.getOrDefault(device, known.get(device));
                if (mark != null && mark.covers(batch)) {
                    duplicates++;
                    continue;
                }
                marks.put(device, new Mark(batch.getBoot(), batch.getSeq()));
            }
            batch.getMetricsList().forEach(metric -> add(device, batch.getReceivedAtMs(), metric));
        }
        batches.clear();
    }

    private void add(DeviceKey device, long receivedAtMillis, Metric metric) {
        if (!isStorable(metric.getAtMs()) || !isStorable(receivedAtMillis)) {
            unreadable++;
            return;
        }
        Row row = row(device, receivedAtMillis, metric);
        if (receivedAtMillis < rawSinceMillis || receivedAtMillis >= untilMillis) {
            expired++;
        } else {
            rows.add(row);
        }
        latest.merge(
                new SeriesKey(device, row.metric(), 0),
                row,
                (held, read) -> read.orderedAtMillis() >= held.orderedAtMillis() ? read : held);
    }

    private static Row row(DeviceKey device, long receivedAtMillis, Metric metric) {
        ValueKind kind;
        Double num = null;
        String txt = null;
        switch (metric.getValueCase()) {
            case NUMBER -> {
                kind = ValueKind.NUMBER;
                num = metric.getNumber();
            }
            case INTEGER -> {
                kind = ValueKind.INTEGER;
                long value = metric.getInteger();
                num = (double) value;
                txt = Math.abs(value) <= EXACT_IN_DOUBLE && value != Long.MIN_VALUE ? null : Long.toString(value);
            }
            case FLAG -> {
                kind = ValueKind.FLAG;
                num = metric.getFlag() ? 1.0 : 0.0;
            }
            case DATA -> {
                kind = ValueKind.BYTES;
                txt = Base64.getEncoder().encodeToString(metric.getData().toByteArray());
            }
            case TEXT, VALUE_NOT_SET -> {
                kind = ValueKind.TEXT;
                txt = text(metric.getText());
            }
            default -> throw new IllegalStateException("unknown kind of value " + metric.getValueCase());
        }
        return new Row(device, text(metric.getName()), metric.getAtMs(), receivedAtMillis, kind.code(), num, txt);
    }

    private static boolean isPositioned(TelemetryBatch batch) {
        return batch.getBoot() != 0 || batch.getSeq() != 0;
    }

    private static boolean isStorable(long millis) {
        return millis >= 0 && millis < YEAR_10000_MILLIS;
    }

    private static DeviceKey key(String tenant, String device) {
        return new DeviceKey(text(tenant), text(device));
    }

    /** PostgreSQL's text holds everything but U+0000; one bad name must not stop the sink. */
    private static String text(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    }

    List<Row> rows() {
        return rows;
    }

    Collection<Row> latest() {
        return latest.values();
    }

    SortedMap<DeviceKey, Mark> marks() {
        return marks;
    }

    /** Windows by the table they go to; none of a level that had none. */
    Map<WindowTable, SortedMap<SeriesKey, Rollup>> rollups() {
        return rollups;
    }

    int unreadable() {
        return unreadable;
    }

    int duplicates() {
        return duplicates;
    }

    int expired() {
        return expired;
    }
}
