package dev.muster.telemetry.query;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import dev.muster.telemetry.schema.ValueKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** SQL on many devices at once. The tenant stands in every statement although row-level security holds it too. */
final class FleetStore {
    private static final String METRICS = """
            select distinct metric from telemetry.latest
            where tenant = ? and device = any(?) and num is not null order by metric
            """;
    private static final String METRICS_OF_ALL = """
            with recursive names as (
                (select metric, kind from telemetry.latest where tenant = ? order by metric, kind limit 1)
                union all
                select next.metric, next.kind from names n cross join lateral (
                    select l.metric, l.kind from telemetry.latest l
                    where l.tenant = ? and (l.metric, l.kind) > (n.metric, n.kind) order by l.metric, l.kind limit 1) next)
            select distinct metric from names where kind <= ? order by metric
            """;
    private static final String LATEST = """
            select device, metric, at, kind, num, txt from telemetry.latest
            where tenant = ? and device = any(?) and metric = ? order by device
            """;
    private static final String RAW = """
            select date_bin(make_interval(secs => ?), at, ?) as bin, min(num), max(num), avg(num), count(distinct device)
            from telemetry.sample
            where tenant = ? and device = any(?) and metric = ? and at >= ? and at < ? and num is not null
            group by bin order by bin
            """;
    private static final String ROLLUPS = """
            select date_bin(make_interval(secs => ?), window_start, ?) as bin, min(min), max(max), sum(sum) / sum(n),
                count(distinct device)
            from telemetry.%s
            where tenant = ? and device = any(?) and metric = ? and window_start >= date_trunc('%s', ?::timestamptz, 'UTC')
              and window_start < ?
            group by bin order by bin
            """;
    private static final String SAMPLES = """
            select device, metric, at, kind, num, txt from telemetry.sample
            where tenant = ? and device = any(?) and (? = '' or metric = ?) and at >= ? and at < ?
            order by at, device, metric
            """;

    private static final String HEARD = """
            select device, at, received_at, num from telemetry.sample
            where tenant = ? and device = any(?) and metric = ? and received_at >= ? and received_at < ?
            order by received_at, at
            """;
    private static final int FETCH = 5_000;

    private FleetStore() {}

    static List<String> metrics(Connection connection, TenantId tenant, Collection<DeviceId> devices)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(METRICS)) {
            statement.setString(1, tenant.value());
            devices(connection, statement, 2, devices);
            return names(statement);
        }
    }

    static List<String> metrics(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(METRICS_OF_ALL)) {
            statement.setString(1, tenant.value());
            statement.setString(2, tenant.value());
            // Those up to it are held as numbers.
            statement.setInt(3, ValueKind.FLAG.code());
            return names(statement);
        }
    }

    private static List<String> names(PreparedStatement statement) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return List.copyOf(names);
    }

    static List<DeviceValue> latest(Connection connection, TenantId tenant, Collection<DeviceId> devices, String metric)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LATEST)) {
            statement.setString(1, tenant.value());
            devices(connection, statement, 2, devices);
            statement.setString(3, metric);
            return values(statement);
        }
    }

    static List<FleetPoint> points(
            Connection connection,
            TenantId tenant,
            Collection<DeviceId> devices,
            String metric,
            Instant from,
            Instant to,
            Spans cut)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(cut.level().sql(RAW, ROLLUPS))) {
            statement.setDouble(1, cut.step().toMillis() / 1000.0);
            statement.setObject(2, utc(cut.level().origin(from)));
            statement.setString(3, tenant.value());
            devices(connection, statement, 4, devices);
            statement.setString(5, metric);
            statement.setObject(6, utc(from));
            statement.setObject(7, utc(to));
            List<FleetPoint> points = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    points.add(new FleetPoint(
                            instant(rows, 1),
                            rows.getDouble(2),
                            rows.getDouble(3),
                            rows.getDouble(4),
                            rows.getLong(5)));
                }
            }
            return List.copyOf(points);
        }
    }

    static List<DeviceValue> samples(
            Connection connection,
            TenantId tenant,
            Collection<DeviceId> devices,
            String metric,
            Instant from,
            Instant to)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SAMPLES)) {
            statement.setString(1, tenant.value());
            devices(connection, statement, 2, devices);
            statement.setString(3, metric);
            statement.setString(4, metric);
            statement.setObject(5, utc(from));
            statement.setObject(6, utc(to));
            return values(statement);
        }
    }

    static void heard(
            Connection connection,
            TenantId tenant,
            Collection<DeviceId> devices,
            String metric,
            Instant from,
            Instant to,
            Consumer<HeardSample> each)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HEARD)) {
            statement.setFetchSize(FETCH);
            statement.setString(1, tenant.value());
            devices(connection, statement, 2, devices);
            statement.setString(3, metric);
            statement.setObject(4, utc(from));
            statement.setObject(5, utc(to));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    double number = rows.getDouble(4);
                    each.accept(new HeardSample(
                            rows.getString(1),
                            instant(rows, 2),
                            instant(rows, 3),
                            rows.wasNull() || !Double.isFinite(number)
                                    ? OptionalDouble.empty()
                                    : OptionalDouble.of(number)));
                }
            }
        }
    }

    private static List<DeviceValue> values(PreparedStatement statement) throws SQLException {
        List<DeviceValue> values = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                Object value =
                        ValueKind.of(rows.getInt("kind")).fromColumns(rows.getDouble("num"), rows.getString("txt"));
                values.add(
                        new DeviceValue(rows.getString("device"), rows.getString("metric"), instant(rows, 3), value));
            }
        }
        return List.copyOf(values);
    }

    private static void devices(
            Connection connection, PreparedStatement statement, int index, Collection<DeviceId> devices)
            throws SQLException {
        statement.setArray(
                index,
                connection.createArrayOf(
                        "text", devices.stream().map(DeviceId::value).toArray()));
    }

    private static Instant instant(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
