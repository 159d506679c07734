package dev.muster.control.reported;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.logs.LogFields;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tracing.Step;
import dev.muster.control.tracing.Tracing;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import dev.muster.protocol.trace.Traceparent;
import io.opentelemetry.api.trace.SpanKind;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/** Reads topic {@code reported} on every instance with the role worker. */
@Singleton
class ReportedConsumer {
    private static final Logger LOG = Logger.getLogger(ReportedConsumer.class);

    /** How many reports make one transaction, whose locks keep what else concerns these devices waiting. */
    private static final int TOGETHER = 200;

    private final KafkaClients kafka;
    private final KafkaTopics topics;
    private final MusterConfig config;
    private final ReportedService service;
    private final Tracing tracing;

    ReportedConsumer(
            KafkaClients kafka, KafkaTopics topics, MusterConfig config, ReportedService service, Tracing tracing) {
        this.tracing = tracing;
        this.kafka = kafka;
        this.topics = topics;
        this.config = config;
        this.service = service;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            kafka.consume("control-reported", List.of(topics.reported()), this::handle);
        }
    }

    private void handle(List<ConsumerRecord<String, byte[]>> batch) {
        // Every report is whole but for its facts, so of one device only the last one in the batch is taken in.
        Map<DeviceRef, ReportedState> newest = new LinkedHashMap<>();
        Map<DeviceRef, Traceparent> traces = new HashMap<>();
        batch.forEach(item -> read(item, newest, traces));
        List<Step> steps = traces.entrySet().stream()
                .map(entry -> tracing.begin(SpanKind.CONSUMER, "process " + topics.reported(), entry.getValue())
                        .with("messaging.system", "kafka")
                        .with("messaging.destination.name", topics.reported())
                        .with("muster.tenant", entry.getKey().tenant().value())
                        .with("muster.device", entry.getKey().device().value()))
                .toList();
        try {
            take(newest, traces);
        } catch (RuntimeException e) {
            steps.forEach(step -> step.failed(e.getClass().getSimpleName()));
            throw e;
        } finally {
            steps.forEach(Step::close);
        }
    }

    private void take(Map<DeviceRef, ReportedState> newest, Map<DeviceRef, Traceparent> traces) {
        Map<TenantId, Map<DeviceId, ReportedState>> some = new HashMap<>();
        newest.forEach((device, state) -> {
            Map<DeviceId, ReportedState> ofTenant = some.computeIfAbsent(device.tenant(), id -> new LinkedHashMap<>());
            ofTenant.put(device.device(), state);
            if (ofTenant.size() == TOGETHER) {
                accept(device.tenant(), ofTenant, ids(device.tenant(), traces));
                some.remove(device.tenant());
            }
        });
        some.forEach((tenant, reports) -> accept(tenant, reports, ids(tenant, traces)));
    }

    private static Map<DeviceId, String> ids(TenantId tenant, Map<DeviceRef, Traceparent> traces) {
        return traces.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant))
                .collect(Collectors.toMap(entry -> entry.getKey().device(), entry -> entry.getValue()
                        .trace()));
    }

    /** Together; where the database refuses that, each alone, so that one bad report costs no other. */
    private void accept(TenantId tenant, Map<DeviceId, ReportedState> reports, Map<DeviceId, String> traces) {
        try {
            service.accept(tenant, reports, traces);
        } catch (RuntimeException e) {
            if (!TenantTransactions.isRefusedData(e)) {
                throw e;
            }
            if (reports.size() == 1) {
                LOG.warnf(
                        "report of `%s/%s` is dropped: the database refuses it: %s",
                        tenant, reports.keySet().iterator().next(), e.getMessage());
                return;
            }
            reports.forEach((device, state) -> accept(tenant, Map.of(device, state), traces));
        }
    }

    private void read(
            ConsumerRecord<String, byte[]> item,
            Map<DeviceRef, ReportedState> newest,
            Map<DeviceRef, Traceparent> traces) {
        try (LogFields fields = LogFields.ofKey(item.key())) {
            DeviceRef device = DeviceRef.parse(item.key());
            ReportedState state = ReportedState.fromJson(item.value());
            if (!isStorable(state)) {
                LOG.warnf("report of `%s` is dropped: no row can hold its times or its texts", device);
                return;
            }
            newest.merge(device, state, ReportedConsumer::withFactsOf);
            Optional<Traceparent> trace = tracing.on() ? trace(item) : Optional.empty();
            trace.ifPresent(one -> traces.put(device, one));
            try (LogFields span =
                    trace.map(one -> LogFields.ofSpan(one.trace(), one.span())).orElseGet(LogFields::none)) {
                LOG.debugf("report of generation %d", state.generation());
            }
        } catch (ProtocolException | IllegalArgumentException e) {
            // The device will report again; a report nobody can read must not stop those behind it.
            LOG.warnf("report of `%s` cannot be read: %s", item.key(), e.getMessage());
        }
    }

    private static Optional<Traceparent> trace(ConsumerRecord<String, byte[]> item) {
        Header sent = item.headers().lastHeader(Traceparent.NAME);
        return sent == null ? Optional.empty() : Traceparent.inHeader(sent.value());
    }

    private static boolean isStorable(ReportedState state) {
        return state.facts().entrySet().stream()
                        .allMatch(fact -> DeviceWords.fitAttribute(fact.getKey(), fact.getValue()))
                && state.targets().stream().allMatch(ReportedConsumer::isStorable);
    }

    private static boolean isStorable(TargetCondition target) {
        return DeviceWords.fit(target.name().text())
                && DeviceWords.isTime(target.since())
                && target.version().length() <= DeviceWords.LONGEST
                && target.sha256().map(DeviceWords::fit).orElse(true)
                && DeviceWords.areText(List.of(target.reason(), target.message(), target.version()));
    }

    private static ReportedState withFactsOf(ReportedState before, ReportedState after) {
        return after.facts().isEmpty() ? new ReportedState(after.generation(), before.facts(), after.targets()) : after;
    }
}
