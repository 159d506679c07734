package dev.muster.telemetry.query;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.telemetry.schema.ValueKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** SQL of the query side. The tenant stands in every statement although row-level security holds it too. */
final class SeriesStore {
    private static final String LATEST = """
            select metric, at, kind, num, txt from telemetry.latest
            where tenant = ? and device = ? order by metric
            """;
    private static final String RAW = """
            select date_bin(make_interval(secs => ?), at, ?) as bin, min(num), max(num), avg(num),
                (array_agg(num order by at desc))[1]
            from telemetry.sample
            where tenant = ? and device = ? and metric = ? and at >= ? and at < ? and num is not null
            group by bin order by bin
            """;
    private static final String ROLLUPS = """
            select date_bin(make_interval(secs => ?), window_start, ?) as bin, min(min), max(max), sum(sum) / sum(n),
                (array_agg(last order by window_start desc))[1]
            from telemetry.%s
            where tenant = ? and device = ? and metric = ? and window_start >= date_trunc('%s', ?::timestamptz, 'UTC')
              and window_start < ?
            group by bin order by bin
            """;

    private SeriesStore() {}

    static List<LatestValue> latest(Connection connection, DeviceRef device) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LATEST)) {
            statement.setString(1, device.tenant().value());
            statement.setString(2, device.device().value());
            List<LatestValue> values = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(new LatestValue(rows.getString(1), instant(rows, 2), value(rows)));
                }
            }
            return List.copyOf(values);
        }
    }

    static List<SeriesPoint> points(
            Connection connection, DeviceRef device, String metric, Instant from, Instant to, Spans cut)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(cut.level().sql(RAW, ROLLUPS))) {
            statement.setDouble(1, cut.step().toMillis() / 1000.0);
            statement.setObject(2, utc(cut.level().origin(from)));
            statement.setString(3, device.tenant().value());
            statement.setString(4, device.device().value());
            statement.setString(5, metric);
            statement.setObject(6, utc(from));
            statement.setObject(7, utc(to));
            List<SeriesPoint> points = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    points.add(new SeriesPoint(
                            instant(rows, 1),
                            rows.getDouble(2),
                            rows.getDouble(3),
                            rows.getDouble(4),
                            rows.getDouble(5)));
                }
            }
            return List.copyOf(points);
        }
    }

    private static Object value(ResultSet row) throws SQLException {
        return ValueKind.of(row.getInt("kind")).fromColumns(row.getDouble("num"), row.getString("txt"));
    }

    private static Instant instant(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
