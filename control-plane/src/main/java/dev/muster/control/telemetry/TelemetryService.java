package dev.muster.control.telemetry;

import dev.muster.control.access.Access;
import dev.muster.control.access.Selector;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.kafka.KafkaConfig;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.query.LatestValue;
import dev.muster.telemetry.query.LiveSample;
import dev.muster.telemetry.query.Spans;
import dev.muster.telemetry.query.TelemetryQuery;
import dev.muster.telemetry.query.TelemetryTail;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Telemetry of devices in scope. Thread-safe. */
@Singleton
class TelemetryService {
    private final TenantTransactions transactions;
    private final DeviceService devices;
    private final TelemetryQuery query;
    private final KafkaConfig kafka;
    private final boolean api;
    private final MeterRegistry registry;
    private @Nullable TelemetryTail tail;

    TelemetryService(
            TenantTransactions transactions,
            DeviceService devices,
            KafkaConfig kafka,
            MusterConfig config,
            TelemetryConfig telemetry,
            MeterRegistry registry,
            Clock clock) {
        this.transactions = transactions;
        this.devices = devices;
        this.query = new TelemetryQuery(telemetry.retention(), clock);
        this.kafka = kafka;
        this.api = config.has(ServerRole.API);
        this.registry = registry;
    }

    void start(@Observes @Priority(4_500) StartupEvent event) {
        if (api) {
            TelemetryTail started = TelemetryTail.start(
                    new KafkaSettings(kafka.bootstrap(), kafka.topicPrefix().orElse(""), kafka.client()));
            PartMeters.show(registry, started);
            tail = started;
        }
    }

    void stop(@Observes @Priority(1_400) ShutdownEvent event) {
        if (tail != null) {
            tail.close();
        }
    }

    List<LatestValue> latest(Access access, DeviceId id) {
        DeviceRef device = new DeviceRef(access.tenant(), id);
        return read(access, id, connection -> query.latest(connection, device));
    }

    TelemetryResource.Series series(Access access, DeviceId id, String metric, Span span, int points) {
        DeviceRef device = new DeviceRef(access.tenant(), id);
        Spans cut = query.cut(span.from(), span.to(), points);
        return read(
                access,
                id,
                connection -> TelemetryResource.Series.of(
                        metric, cut, query.series(connection, device, metric, span.from(), span.to(), points)));
    }

    /** Returns if the device is in scope; a problem otherwise. */
    void requireVisible(Access access, DeviceId id) {
        transactions.run(access.tenant(), handle -> check(handle, access, id));
    }

    /** Hands on samples of a visible device until closed; the listener must not wait. */
    TelemetryTail.Subscription subscribe(Access access, DeviceId id, Consumer<LiveSample> listener) {
        TelemetryTail running = tail;
        if (running == null) {
            throw new ProblemException(ProblemCode.UNAVAILABLE, "this instance does not serve people");
        }
        return running.subscribe(new DeviceRef(access.tenant(), id), listener);
    }

    /** Hands on samples of devices that the query selects in the caller's scope now, until closed. */
    TelemetryTail.Subscription subscribe(Access access, Selector selector, BiConsumer<DeviceRef, LiveSample> listener) {
        TelemetryTail running = tail;
        if (running == null) {
            throw new ProblemException(ProblemCode.UNAVAILABLE, "this instance does not serve people");
        }
        List<DeviceRef> selected =
                transactions.in(access.tenant(), handle -> devices.select(handle, access.scope(), selector).stream()
                        .map(id -> new DeviceRef(access.tenant(), id))
                        .toList());
        return running.subscribe(selected, listener);
    }

    private void check(Handle handle, Access access, DeviceId id) {
        if (!devices.exists(handle, access.scope(), id)) {
            throw DeviceService.notFound(id);
        }
    }

    private <T> T read(Access access, DeviceId id, Reading<T> reading) {
        return transactions.in(access.tenant(), handle -> {
            check(handle, access, id);
            try {
                return reading.from(handle.getConnection());
            } catch (SQLException e) {
                throw new IllegalStateException("cannot read telemetry of `" + id + "`", e);
            }
        });
    }

    private interface Reading<T> {
        T from(Connection connection) throws SQLException;
    }
}
