package dev.muster.telemetry.sink;

import dev.muster.telemetry.record.Rollup;
import dev.muster.telemetry.schema.Retention;
import dev.muster.telemetry.sink.PollBatch.DeviceKey;
import dev.muster.telemetry.sink.PollBatch.Mark;
import dev.muster.telemetry.sink.PollBatch.Row;
import dev.muster.telemetry.sink.PollBatch.SeriesKey;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** The sink's SQL, on its one connection. Used by one thread. */
final class SinkStore implements AutoCloseable {
    private static final String RAW = "sample";
    private static final int RAW_COLUMNS = 8;
    private static final String SOCKET_TIMEOUT_SECONDS = "120";

    private static final String LOAD_MARKS = """
            select m.tenant, m.device, m.boot, m.seq from telemetry.device_mark m
            join unnest(?::text[], ?::text[]) as wanted(tenant, device) using (tenant, device)
            """;
    private static final String SAVE_MARKS = """
            insert into telemetry.device_mark (tenant, device, boot, seq)
            select * from unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[])
            on conflict (tenant, device) do update set boot = excluded.boot, seq = excluded.seq
            """;
    private static final String SAVE_LATEST = """
            insert into telemetry.latest as held (tenant, device, metric, at, ordered_at, kind, num, txt)
            select * from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::smallint[],
                ?::float8[], ?::text[])
            on conflict (tenant, device, metric) do update
                set at = excluded.at, ordered_at = excluded.ordered_at, kind = excluded.kind, num = excluded.num,
                    txt = excluded.txt
                where excluded.ordered_at >= held.ordered_at
            """;

    private final Connection connection;
    private final Set<String> knownDays = new HashSet<>();

    SinkStore(SinkConfig config) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", config.username());
        properties.setProperty("password", config.password());
        properties.setProperty("ApplicationName", "muster-sink");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        connection = DriverManager.getConnection(config.jdbcUrl(), properties);
        connection.setAutoCommit(false);
    }

    /** Where to go on with each partition; 0 for one never seen. */
    Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions) throws SQLException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try (PreparedStatement insert = connection.prepareStatement(
                        "insert into telemetry.sink_offset values (?, ?, 0) on conflict do nothing");
                PreparedStatement select = connection.prepareStatement(
                        "select next from telemetry.sink_offset where topic = ? and partition = ?")) {
            for (TopicPartition partition : partitions) {
                insert.setString(1, partition.topic());
                insert.setInt(2, partition.partition());
                insert.executeUpdate();
                select.setString(1, partition.topic());
                select.setInt(2, partition.partition());
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    offsets.put(partition, row.getLong(1));
                }
            }
            connection.commit();
            return offsets;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }

    /**
     * Stores {@code batch} and moves the offsets, all or nothing.
     *
     * @param moves for each partition the offset believed in and the next one
     * @throws SinkFencedException if an offset is not what was believed; nothing is stored then
     */
    void store(PollBatch batch, Map<TopicPartition, Move> moves) throws SQLException {
        try {
            moveOffsets(moves);
            batch.resolve(loadMarks(batch.markedDevices()));
            SortedMap<LocalDate, BinaryRows> days = encode(batch.rows());
            copy(days);
            if (!batch.latest().isEmpty()) {
                saveLatest(List.copyOf(batch.latest()));
            }
            if (!batch.marks().isEmpty()) {
                saveMarks(batch.marks());
            }
            for (var level : batch.rollups().entrySet()) {
                saveRollups(level.getKey(), level.getValue());
            }
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            knownDays.clear(); // one may have been dropped behind us
            throw e;
        }
    }

    /** From one offset to another. */
    record Move(long from, long to) {}

    private void moveOffsets(Map<TopicPartition, Move> moves) throws SQLException {
        List<TopicPartition> ordered = new ArrayList<>(moves.keySet());
        ordered.sort((a, b) -> a.toString().compareTo(b.toString()));
        try (PreparedStatement update = connection.prepareStatement(
                "update telemetry.sink_offset set next = ? where topic = ? and partition = ? and next = ?")) {
            for (TopicPartition partition : ordered) {
                Move move = java.util.Objects.requireNonNull(moves.get(partition));
                update.setLong(1, move.to());
                update.setString(2, partition.topic());
                update.setInt(3, partition.partition());
                update.setLong(4, move.from());
                if (update.executeUpdate() == 0) {
                    throw new SinkFencedException(partition.toString(), move.from());
                }
            }
        }
    }

    private Map<DeviceKey, Mark> loadMarks(Collection<DeviceKey> devices) throws SQLException {
        Map<DeviceKey, Mark> marks = new HashMap<>();
        if (devices.isEmpty()) {
            return marks;
        }
        try (PreparedStatement select = connection.prepareStatement(LOAD_MARKS)) {
            array(select, 1, "text", devices, DeviceKey::tenant);
            array(select, 2, "text", devices, DeviceKey::device);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    marks.put(
                            new DeviceKey(rows.getString(1), rows.getString(2)),
                            new Mark(rows.getLong(3), rows.getLong(4)));
                }
            }
        }
        return marks;
    }

    private static SortedMap<LocalDate, BinaryRows> encode(List<Row> rows) {
        SortedMap<LocalDate, BinaryRows> days = new TreeMap<>();
        for (Row row : rows) {
            BinaryRows out = days.computeIfAbsent(day(row.receivedAtMillis()), day -> new BinaryRows());
            out.row(RAW_COLUMNS);
            out.text(row.device().tenant());
            out.text(row.device().device());
            out.text(row.metric());
            out.instant(row.atMillis());
            out.instant(row.receivedAtMillis());
            out.smallint(row.kind());
            out.number(row.num());
            out.text(row.txt());
        }
        return days;
    }

    /** Straight into the day's partition: see the migration for why. */
    private void copy(SortedMap<LocalDate, BinaryRows> days) throws SQLException {
        for (Map.Entry<LocalDate, BinaryRows> day : days.entrySet()) {
            ensureDay(RAW, day.getKey());
            BinaryRows rows = day.getValue();
            rows.end();
            var copy = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy telemetry." + RAW + "_" + suffix(day.getKey()) + " from stdin (format binary)");
            try {
                copy.writeToCopy(rows.buffer(), 0, rows.length());
                copy.endCopy();
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        }
    }

    private void saveLatest(List<Row> rows) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(SAVE_LATEST)) {
            array(upsert, 1, "text", rows, row -> row.device().tenant());
            array(upsert, 2, "text", rows, row -> row.device().device());
            array(upsert, 3, "text", rows, Row::metric);
            array(upsert, 4, "timestamptz", rows, row -> utc(row.atMillis()));
            array(upsert, 5, "timestamptz", rows, row -> utc(row.orderedAtMillis()));
            array(upsert, 6, "int2", rows, row -> (short) row.kind());
            array(upsert, 7, "float8", rows, Row::num);
            array(upsert, 8, "text", rows, Row::txt);
            upsert.executeUpdate();
        }
    }

    private void saveMarks(SortedMap<DeviceKey, Mark> marks) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(SAVE_MARKS)) {
            array(upsert, 1, "text", marks.keySet(), DeviceKey::tenant);
            array(upsert, 2, "text", marks.keySet(), DeviceKey::device);
            array(upsert, 3, "int8", marks.values(), Mark::boot);
            array(upsert, 4, "int8", marks.values(), Mark::seq);
            upsert.executeUpdate();
        }
    }

    // The fuller state of a window wins: counts only grow, and a window that was begun anew holds less.
    private static String saveRollups(WindowTable level) {
        return """
            insert into telemetry.%s as held (tenant, device, metric, window_start, n, min, max, sum, last)
            select * from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bigint[], ?::float8[],
                ?::float8[], ?::float8[], ?::float8[])
            on conflict (tenant, device, metric, window_start) do update
                set n = excluded.n, min = excluded.min, max = excluded.max, sum = excluded.sum, last = excluded.last
                where excluded.n >= held.n
            """.formatted(level.table());
    }

    private void saveRollups(WindowTable level, SortedMap<SeriesKey, Rollup> rollups) throws SQLException {
        Set<LocalDate> days = new HashSet<>();
        rollups.keySet().forEach(key -> days.add(day(key.windowStartMillis())));
        for (LocalDate day : days) {
            ensureDay(level.table(), day);
        }
        try (PreparedStatement upsert = connection.prepareStatement(saveRollups(level))) {
            array(upsert, 1, "text", rollups.keySet(), key -> key.device().tenant());
            array(upsert, 2, "text", rollups.keySet(), key -> key.device().device());
            array(upsert, 3, "text", rollups.keySet(), SeriesKey::metric);
            array(upsert, 4, "timestamptz", rollups.keySet(), key -> utc(key.windowStartMillis()));
            array(upsert, 5, "int8", rollups.values(), Rollup::getCount);
            array(upsert, 6, "float8", rollups.values(), Rollup::getMin);
            array(upsert, 7, "float8", rollups.values(), Rollup::getMax);
            array(upsert, 8, "float8", rollups.values(), Rollup::getSum);
            array(upsert, 9, "float8", rollups.values(), Rollup::getLast);
            upsert.executeUpdate();
        }
    }

    /** Drops partitions that are wholly older than what is kept; gives up rather than wait for readers. */
    int dropBefore(Instant now, Retention kept) throws SQLException {
        try (Statement limit = connection.createStatement()) {
            limit.execute("set local lock_timeout = '5s'");
            int dropped = dropBefore(RAW, now.minus(kept.raw()))
                    + dropBefore(WindowTable.MINUTES.table(), now.minus(kept.minutes()))
                    + dropBefore(WindowTable.HOURS.table(), now.minus(kept.hours()));
            connection.commit();
            knownDays.clear();
            return dropped;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }

    private int dropBefore(String parent, Instant oldest) throws SQLException {
        try (PreparedStatement drop = connection.prepareStatement("select telemetry.drop_days_before(?, ?)")) {
            drop.setString(1, parent);
            drop.setObject(2, day(oldest.toEpochMilli()));
            try (ResultSet row = drop.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private void ensureDay(String parent, LocalDate day) throws SQLException {
        if (knownDays.contains(parent + day)) {
            return;
        }
        try (PreparedStatement ensure = connection.prepareStatement("select telemetry.ensure_day(?, ?)")) {
            ensure.setString(1, parent);
            ensure.setObject(2, day);
            ensure.execute();
        }
        knownDays.add(parent + day);
    }

    private <T> void array(
            PreparedStatement statement,
            int index,
            String type,
            Collection<T> values,
            Function<T, @Nullable Object> column)
            throws SQLException {
        @Nullable Object[] elements = new @Nullable Object[values.size()];
        int next = 0;
        for (T value : values) {
            elements[next++] = column.apply(value);
        }
        statement.setArray(index, connection.createArrayOf(type, elements));
    }

    private static OffsetDateTime utc(long millis) {
        return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
    }

    private static LocalDate day(long millis) {
        return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private static String suffix(LocalDate day) {
        return day.format(java.time.format.DateTimeFormatter.BASIC_ISO_DATE);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
