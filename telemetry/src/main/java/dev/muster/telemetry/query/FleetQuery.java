package dev.muster.telemetry.query;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the sink stored of many devices. As {@link TelemetryQuery}: on the caller's connection and in its transaction; which
 * devices a person may see is the caller's decision. Thread-safe.
 */
public final class FleetQuery {
    private final TelemetryQuery spans;

    /** {@code spans} decides what is answered from samples and what from windows. */
    public FleetQuery(TelemetryQuery spans) {
        this.spans = spans;
    }

    /** Names of the metrics that are numbers on any of the devices, sorted. */
    public List<String> metrics(Connection connection, TenantId tenant, Collection<DeviceId> devices)
            throws SQLException {
        return FleetStore.metrics(connection, tenant, devices);
    }

    /** Names of the metrics that are numbers on any device of the tenant, sorted; takes as long however many devices there are. */
    public List<String> metrics(Connection connection, TenantId tenant) throws SQLException {
        return FleetStore.metrics(connection, tenant);
    }

    /** The newest value of one metric of each of the devices that has it, by device. */
    public List<DeviceValue> latest(Connection connection, TenantId tenant, Collection<DeviceId> devices, String metric)
            throws SQLException {
        return FleetStore.latest(connection, tenant, devices, metric);
    }

    /**
     * One metric of the devices taken together, as {@link TelemetryQuery#series} for one.
     *
     * @throws IllegalArgumentException if {@code from} is not before {@code to}, or {@code points} is out of range
     */
    public List<FleetPoint> series(
            Connection connection,
            TenantId tenant,
            Collection<DeviceId> devices,
            String metric,
            Instant from,
            Instant to,
            int points)
            throws SQLException {
        return FleetStore.points(connection, tenant, devices, metric, from, to, spans.cut(from, to, points));
    }

    /**
     * Samples of one metric that the gateway had from {@code from} (inclusive) to {@code to} (exclusive), in that order, one after
     * the other: they are not held in memory. The connection must not commit by itself.
     */
    public void heard(
            Connection connection,
            TenantId tenant,
            Collection<DeviceId> devices,
            String metric,
            Instant from,
            Instant to,
            Consumer<HeardSample> each)
            throws SQLException {
        FleetStore.heard(connection, tenant, devices, metric, from, to, each);
    }

    /**
     * Samples as they were sent, from {@code from} (inclusive) to {@code to} (exclusive), by time; all are held in memory.
     *
     * @param metric empty for all
     */
    public List<DeviceValue> samples(
            Connection connection,
            TenantId tenant,
            Collection<DeviceId> devices,
            String metric,
            Instant from,
            Instant to)
            throws SQLException {
        return FleetStore.samples(connection, tenant, devices, metric, from, to);
    }
}
