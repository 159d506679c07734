package dev.muster.benchmarks.telemetry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.postgresql.PGConnection;

/**
 * Bare COPY and upsert: the rows of the sink's benchmark, copied into the day's partition and upserted into the latest values, both in
 * one transaction, as many at a time as the sink has from one poll, and of the same few devices: reads no Kafka, decodes nothing, keeps
 * no marks and no offsets. Order: {@code run ROWS}.
 */
final class CopyChild {
    private static final int MESSAGES_PER_POLL = 5_000;
    private static final int ROWS = MESSAGES_PER_POLL * RecordLoad.METRICS;
    /** Of a backlog a poll brings one partition's devices, those again and again. */
    private static final int DEVICES_PER_POLL = RecordLoad.DEVICES / BenchKafka.PARTITIONS;

    private static final int LATEST = DEVICES_PER_POLL * RecordLoad.METRICS;
    private static final int COLUMNS = 8;
    private static final long EPOCH_2000_MICROS = 946_684_800_000_000L;
    private static final String UPSERT = """
        insert into telemetry.latest as held (tenant, device, metric, at, ordered_at, kind, num, txt)
        select * from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::smallint[],
            ?::float8[], ?::text[])
        on conflict (tenant, device, metric) do update
            set at = excluded.at, ordered_at = excluded.ordered_at, kind = excluded.kind, num = excluded.num,
                txt = excluded.txt
            where excluded.ordered_at >= held.ordered_at
        """;

    private CopyChild() {}

    /** Arguments: database, password. */
    public static void main(String[] args) throws Exception {
        try (Connection connection = DriverManager.getConnection(args[0], "muster_ingest", args[1])) {
            connection.setAutoCommit(false);
            ChildJvm.serve(order -> run(connection, Long.parseLong(order.get(1))));
        }
        System.exit(0);
    }

    private static String run(Connection connection, long rows) throws Exception {
        LocalDate today = Instant.now().atOffset(ZoneOffset.UTC).toLocalDate();
        try (PreparedStatement ensure = connection.prepareStatement("select telemetry.ensure_day('sample', ?)")) {
            ensure.setObject(1, today);
            ensure.execute();
        }
        connection.commit();
        String table = "telemetry.sample_" + today.format(DateTimeFormatter.BASIC_ISO_DATE);
        long first = System.currentTimeMillis();
        long started = System.nanoTime();
        for (long done = 0; done < rows; done += ROWS) {
            int turn = (int) (done / ROWS);
            int device = turn % BenchKafka.PARTITIONS * DEVICES_PER_POLL;
            byte[] encoded = encode(first + (long) turn * MESSAGES_PER_POLL / DEVICES_PER_POLL, device);
            var copy = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy " + table + " from stdin (format binary)");
            copy.writeToCopy(encoded, 0, encoded.length);
            copy.endCopy();
            upsert(connection, device);
            connection.commit();
        }
        return Double.toString((System.nanoTime() - started) / 1e9);
    }

    private static void upsert(Connection connection, int firstDevice) throws Exception {
        Object[] tenant = new Object[LATEST];
        Object[] device = new Object[LATEST];
        Object[] metric = new Object[LATEST];
        Object[] at = new Object[LATEST];
        Object[] kind = new Object[LATEST];
        Object[] number = new Object[LATEST];
        Object[] text = new Object[LATEST];
        var now = Instant.now().atOffset(ZoneOffset.UTC);
        for (int i = 0; i < LATEST; i++) {
            tenant[i] = "bare";
            device[i] = "s" + (firstDevice + i / RecordLoad.METRICS);
            metric[i] = "metric." + i % RecordLoad.METRICS;
            at[i] = now;
            kind[i] = (short) 1;
            number[i] = i * 0.5;
        }
        try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
            set(connection, statement, 1, "text", tenant);
            set(connection, statement, 2, "text", device);
            set(connection, statement, 3, "text", metric);
            set(connection, statement, 4, "timestamptz", at);
            set(connection, statement, 5, "timestamptz", at);
            set(connection, statement, 6, "int2", kind);
            set(connection, statement, 7, "float8", number);
            set(connection, statement, 8, "text", text);
            statement.executeUpdate();
        }
    }

    private static void set(Connection connection, PreparedStatement statement, int index, String type, Object[] values)
            throws Exception {
        Array array = connection.createArrayOf(type, values);
        statement.setArray(index, array);
    }

    /** One poll's rows in the binary format of COPY. */
    private static byte[] encode(long firstMillis, int firstDevice) {
        ByteBuffer out = ByteBuffer.allocate(ROWS * 120 + 64);
        out.put("PGCOPY\n".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 0xFF)
                .put((byte) '\r')
                .put((byte) '\n');
        out.put((byte) 0).putInt(0).putInt(0);
        for (int i = 0; i < ROWS; i++) {
            int message = i / RecordLoad.METRICS;
            out.putShort((short) COLUMNS);
            text(out, "bare");
            text(out, "s" + (firstDevice + message % DEVICES_PER_POLL));
            text(out, "metric." + i % RecordLoad.METRICS);
            long micros = (firstMillis + message / DEVICES_PER_POLL) * 1000 - EPOCH_2000_MICROS;
            out.putInt(8).putLong(micros);
            out.putInt(8).putLong(micros);
            out.putInt(2).putShort((short) 1);
            out.putInt(8).putDouble(i * 0.5);
            out.putInt(-1);
        }
        out.putShort((short) -1);
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private static void text(ByteBuffer out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(utf8.length).put(utf8);
    }
}
