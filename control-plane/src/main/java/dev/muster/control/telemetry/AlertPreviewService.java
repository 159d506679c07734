package dev.muster.control.telemetry;

import dev.muster.control.access.Access;
import dev.muster.control.alerts.AskedRule;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.telemetry.query.FleetQuery;
import dev.muster.telemetry.query.TelemetryQuery;
import dev.muster.telemetry.schema.Retention;
import dev.muster.telemetry.streams.AlertReplay;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Which alerts a rule would have raised over what is kept of devices in scope; changes nothing. Thread-safe. */
@Singleton
final class AlertPreviewService {
    /** So many devices are judged side by side, in one short transaction. */
    private static final int SIDE_BY_SIDE = 5;

    /** After so many samples, or words of another kind, no further devices are looked at. */
    private static final long MOST_SAMPLES = 2_000_000;

    private static final int MOST_SHOWN = 1_000;

    private final TenantTransactions transactions;
    private final DeviceService devices;
    private final Retention retention;
    private final FleetQuery query;
    private final HistoryStore history;
    private final Clock clock;

    AlertPreviewService(
            TenantTransactions transactions,
            DeviceService devices,
            HistoryStore history,
            TelemetryConfig config,
            Clock clock) {
        this.transactions = transactions;
        this.devices = devices;
        this.history = history;
        this.retention = config.retention();
        this.query = new FleetQuery(new TelemetryQuery(retention, clock));
        this.clock = clock;
    }

    /**
     * What came of it.
     *
     * @param metric null where the rule is about something else than telemetry
     * @param samples how many samples, or changes of state, were judged
     * @param missing what would be needed for the whole span and is not kept, for people
     * @param devices how many the rule selects in the caller's scope
     * @param looked how many of them were judged: fewer where there was too much to read
     * @param count how many alerts would have fired, shown or not
     * @param neverFired how often the condition began to hold, and not for long enough
     * @param alerts the first {@value #MOST_SHOWN}, by time
     */
    record Preview(
            String rule,
            String kind,
            String severity,
            @Nullable String metric,
            Instant from,
            Instant to,
            int devices,
            int looked,
            long samples,
            long count,
            long neverFired,
            List<String> missing,
            List<WouldFire> alerts) {
        Preview {
            missing = List.copyOf(missing);
            alerts = List.copyOf(alerts);
        }
    }

    /**
     * An alert that there would have been.
     *
     * @param since when the condition began to hold
     * @param resolvedAt null where it would still fire at the end of the span
     * @param detail why a session ended, what drifted; the metric of a rule about telemetry
     */
    record WouldFire(
            String device,
            Instant since,
            Instant firedAt,
            @Nullable Instant resolvedAt,
            @Nullable Double value,
            String detail) {}

    Preview preview(Access access, String yaml, Span span) {
        AskedRule asked = AskedRule.parse(yaml);
        AlertReplay.Source source = AlertReplay.source(asked.rule().condition());
        if (source == AlertReplay.Source.USE) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a rule of kind threshold, change, absence, offline or drift, found `"
                            + asked.rule().condition().kind()
                            + "`: what is missing is when services asked, of that only a sum for each app and permission is"
                            + " kept (`GET /policy/usage`)");
        }
        Instant oldest = clock.instant().minus(retention.raw());
        if (span.from().isBefore(oldest)) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `from` not before " + oldest + ", because "
                            + (source == AlertReplay.Source.SAMPLES ? "older samples are" : "what was before is")
                            + " not kept, found " + span.from());
        }
        List<DeviceId> ids =
                transactions.in(access.tenant(), handle -> devices.select(handle, access.scope(), asked.selector()));
        Looking looking = new Looking(asked, source, span);
        int looked = 0;
        while (looked < ids.size() && looking.samples < MOST_SAMPLES) {
            List<DeviceId> some = ids.subList(looked, Math.min(ids.size(), looked + SIDE_BY_SIDE));
            looking.at(access, some);
            looked += some.size();
        }
        looking.found.sort(Comparator.comparing(WouldFire::firedAt).thenComparing(WouldFire::device));
        return new Preview(
                asked.name(),
                asked.rule().condition().kind(),
                asked.severity(),
                AlertReplay.metric(asked.rule().condition()).orElse(null),
                span.from(),
                span.to(),
                ids.size(),
                looked,
                looking.samples,
                looking.found.size(),
                looking.neverFired,
                missing(access, source, span),
                looking.found.subList(0, Math.min(MOST_SHOWN, looking.found.size())));
    }

    private List<String> missing(Access access, AlertReplay.Source source, Span span) {
        String what =
                switch (source) {
                    case SAMPLES, USE -> "";
                    case PRESENCE -> "sessions of devices";
                    case DRIFT -> "drift";
                };
        if (what.isEmpty()) {
            return List.of();
        }
        Instant since = transactions.in(access.tenant(), history::since);
        return span.from().isBefore(since)
                ? List.of(what + " before " + since + ": the history of this tenant's devices begins there")
                : List.of();
    }

    /** One preview at work; on one thread. */
    private final class Looking {
        private final AskedRule asked;
        private final AlertReplay.Source source;
        private final Span span;
        private final Instant start;
        private final List<WouldFire> found = new ArrayList<>();
        private long samples;
        private long neverFired;

        Looking(AskedRule asked, AlertReplay.Source source, Span span) {
            this.asked = asked;
            this.source = source;
            this.span = span;
            this.start = span.from().minus(AlertReplay.lead(asked.rule()));
        }

        void at(Access access, List<DeviceId> some) {
            Map<String, AlertReplay> replays = new LinkedHashMap<>();
            some.forEach(id -> replays.put(
                    id.value(), AlertReplay.begin(asked.rule(), start).orElseThrow()));
            transactions.run(access.tenant(), handle -> read(handle, access, some, replays));
            replays.forEach((device, replay) -> replay.end(span.to()).forEach(raised -> add(device, raised)));
        }

        private void read(Handle handle, Access access, List<DeviceId> some, Map<String, AlertReplay> replays) {
            switch (source) {
                case SAMPLES -> {
                    String metric = AlertReplay.metric(asked.rule().condition()).orElseThrow();
                    try {
                        query.heard(
                                handle.getConnection(), access.tenant(), some, metric, start, span.to(), sample -> of(
                                                replays, sample.device())
                                        .sample(sample.at(), sample.heard(), sample.number()));
                    } catch (SQLException e) {
                        throw new IllegalStateException("cannot read telemetry", e);
                    }
                }
                case PRESENCE ->
                    history.presence(handle, some, start, span.to(), (device, step) -> of(replays, device)
                            .presence(step.at(), step.online(), step.reason()));
                case DRIFT ->
                    history.drift(handle, some, start, span.to(), (device, step) -> of(replays, device)
                            .drift(step.at(), step.known()));
                case USE -> throw new IllegalStateException("expected a source that is kept");
            }
        }

        private AlertReplay of(Map<String, AlertReplay> replays, String device) {
            samples++;
            return Objects.requireNonNull(replays.get(device));
        }

        private void add(String device, AlertReplay.Raised raised) {
            if (raised.resolvedAt().map(end -> !end.isAfter(span.from())).orElse(false)) {
                return; // over before the span began
            }
            if (raised.firedAt().isEmpty()) {
                neverFired++;
                return;
            }
            found.add(new WouldFire(
                    device,
                    raised.since(),
                    raised.firedAt().get(),
                    raised.resolvedAt().orElse(null),
                    raised.value().isPresent() ? raised.value().getAsDouble() : null,
                    raised.detail()));
        }
    }
}
