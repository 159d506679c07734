package dev.muster.control.telemetry;

import dev.muster.control.access.Access;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import dev.muster.telemetry.query.DeviceValue;
import dev.muster.telemetry.query.FleetQuery;
import dev.muster.telemetry.query.Spans;
import dev.muster.telemetry.query.TelemetryQuery;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.HandleCallback;

/** Telemetry of many devices in scope. Thread-safe. */
@Singleton
final class FleetTelemetryService {
    /** So many devices and so long at once are in memory while samples are handed out. */
    private static final int DEVICES = 20;

    private static final Duration SLICE = Duration.ofHours(1);

    private final TenantTransactions transactions;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TelemetryQuery spans;
    private final FleetQuery query;

    FleetTelemetryService(
            TenantTransactions transactions,
            DeviceService devices,
            AuditStore audit,
            TelemetryConfig config,
            Clock clock) {
        this.transactions = transactions;
        this.devices = devices;
        this.audit = audit;
        this.spans = new TelemetryQuery(config.retention(), clock);
        this.query = new FleetQuery(spans);
    }

    List<String> metrics(Access access, Selector selector) {
        if (!selector.selectsAll() || !access.scope().fleetWide()) {
            return read(access, selector, query::metrics);
        }
        return sql(access.tenant(), handle -> query.metrics(handle.getConnection(), access.tenant()));
    }

    List<DeviceValue> latest(Access access, Selector selector, String metric) {
        return read(access, selector, (connection, tenant, ids) -> query.latest(connection, tenant, ids, metric));
    }

    FleetTelemetryResource.Series series(Access access, Selector selector, String metric, Span span, int points) {
        Spans cut = spans.cut(span.from(), span.to(), points);
        return read(
                access,
                selector,
                (connection, tenant, ids) -> new FleetTelemetryResource.Series(
                        metric,
                        ids.size(),
                        cut.level().text(),
                        cut.step().toMillis() / 1_000.0,
                        query.series(connection, tenant, ids, metric, span.from(), span.to(), points)));
    }

    /** Writes down who takes what, before a byte of it is handed out; which devices those are is settled here. */
    Export export(Access access, Selector selector, String metric, Span span, SampleFormat format) {
        List<DeviceId> ids = transactions.in(access.tenant(), handle -> {
            audit.append(
                    handle,
                    access.caller(),
                    "telemetry.export",
                    "telemetry",
                    Map.of(
                            "query", selector.text(),
                            "metric", metric,
                            "from", span.from().toString(),
                            "to", span.to().toString(),
                            "format", format.text()));
            return devices.select(handle, access.scope(), selector);
        });
        return new Export(access.tenant(), ids, metric, span, format);
    }

    /** Samples on their way into a file: never more than a slice in memory, and each is one short transaction. */
    final class Export {
        private final TenantId tenant;
        private final List<DeviceId> ids;
        private final String metric;
        private final Span span;
        private final SampleFormat format;

        private Export(TenantId tenant, List<DeviceId> ids, String metric, Span span, SampleFormat format) {
            this.tenant = tenant;
            this.ids = ids;
            this.metric = metric;
            this.span = span;
            this.format = format;
        }

        void write(OutputStream out) throws IOException {
            out.write(format.head().getBytes(StandardCharsets.UTF_8));
            for (Instant from = span.from(); from.isBefore(span.to()); from = from.plus(SLICE)) {
                Instant end = from.plus(SLICE).isBefore(span.to()) ? from.plus(SLICE) : span.to();
                for (int at = 0; at < ids.size(); at += DEVICES) {
                    write(ids.subList(at, Math.min(ids.size(), at + DEVICES)), new Span(from, end), out);
                }
            }
        }

        private void write(List<DeviceId> some, Span slice, OutputStream out) throws IOException {
            List<DeviceValue> samples = sql(
                    tenant,
                    handle -> query.samples(handle.getConnection(), tenant, some, metric, slice.from(), slice.to()));
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            samples.forEach(sample -> text.writeBytes(format.line(sample)));
            text.writeTo(out);
        }
    }

    private <T> T read(Access access, Selector selector, Reading<T> reading) {
        return sql(
                access.tenant(),
                handle -> reading.from(
                        handle.getConnection(), access.tenant(), devices.select(handle, access.scope(), selector)));
    }

    private <T> T sql(TenantId tenant, HandleCallback<T, SQLException> work) {
        return transactions.in(tenant, handle -> {
            try {
                return work.withHandle(handle);
            } catch (SQLException e) {
                throw new IllegalStateException("cannot read telemetry", e);
            }
        });
    }

    private interface Reading<T> {
        T from(Connection connection, TenantId tenant, List<DeviceId> ids) throws SQLException;
    }
}
