package dev.muster.control.telemetry;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.telemetry.streams.DriftRecord;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Keeps what rules about the state of devices were judged by: the same topics as the topology of alerts reads, and the same
 * {@link DriftRecord}. One transaction per tenant and batch; a batch that comes again changes nothing.
 */
@Singleton
class HistoryConsumer {
    private static final Logger LOG = Logger.getLogger(HistoryConsumer.class);

    private final HistoryStore store;
    private final TenantTransactions transactions;
    private final KafkaClients kafka;
    private final KafkaTopics topics;
    private final MusterConfig config;

    HistoryConsumer(
            HistoryStore store,
            TenantTransactions transactions,
            KafkaClients kafka,
            KafkaTopics topics,
            MusterConfig config) {
        this.store = store;
        this.transactions = transactions;
        this.kafka = kafka;
        this.topics = topics;
        this.config = config;
    }

    private sealed interface News {
        DeviceId device();

        /** When Kafka had it. */
        Instant heard();

        /** A gateway said something of a session. */
        record Came(DeviceId device, Instant heard, DeviceHistory.Presence presence) implements News {}

        /** A device told how its targets stand. */
        record Told(DeviceId device, Instant heard, ReportedState report) implements News {}

        /** A permission is, or is no longer, as decided. */
        record Drifted(DeviceId device, Instant heard, PermissionEvent.Drift drift) implements News {}
    }

    void start(@Observes @Priority(3_000) StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            kafka.consume(
                    "control-history", List.of(topics.presence(), topics.reported(), topics.events()), this::handle);
        }
    }

    void handle(List<ConsumerRecord<String, byte[]>> batch) {
        Map<TenantId, List<News>> byTenant = new LinkedHashMap<>();
        for (ConsumerRecord<String, byte[]> item : batch) {
            try {
                DeviceRef device = DeviceRef.parse(item.key());
                read(device.device(), item)
                        .ifPresent(news -> byTenant.computeIfAbsent(device.tenant(), tenant -> new ArrayList<>())
                                .add(news));
            } catch (ProtocolException | IllegalArgumentException e) {
                LOG.debugf("skipped a record of topic `%s`: %s", item.topic(), e.getMessage());
            }
        }
        byTenant.forEach((tenant, news) -> {
            news.sort(Comparator.comparing(News::heard)); // topics come one after the other, whatever came first
            try {
                transactions.run(tenant, handle -> keep(handle, news));
            } catch (RuntimeException e) {
                if (!TenantTransactions.isRefusedData(e)) {
                    throw e;
                }
                LOG.warnf("history of %d records of `%s` is dropped: %s", news.size(), tenant, e.getMessage());
            }
        });
    }

    private Optional<News> read(DeviceId device, ConsumerRecord<String, byte[]> item) {
        if (item.value() == null) {
            return Optional.empty();
        }
        Instant heard = Instant.ofEpochMilli(item.timestamp());
        if (item.topic().equals(topics.presence())) {
            Presence said = Presence.fromJson(item.value());
            String reason = DeviceWords.areText(said.reason()) ? said.reason() : "";
            return Optional.of(new News.Came(
                    device, heard, new DeviceHistory.Presence(said.at(), said.epoch(), said.online(), reason)));
        }
        if (item.topic().equals(topics.reported())) {
            return Optional.of(new News.Told(device, heard, ReportedState.fromJson(item.value())));
        }
        return PermissionEvent.read(DeviceEvent.fromJson(item.value()))
                .filter(PermissionEvent.Drift.class::isInstance)
                .map(PermissionEvent.Drift.class::cast)
                .filter(drift -> DeviceWords.areText(drift.app().bundle() + drift.permission()))
                .map(drift -> new News.Drifted(device, heard, drift));
    }

    private void keep(Handle handle, List<News> batch) {
        Set<DeviceId> devices = new HashSet<>();
        batch.forEach(news -> devices.add(news.device()));
        Map<DeviceId, DeviceHistory.Presence> presence = store.lastPresence(handle, devices);
        Map<DeviceId, DriftRecord> drift = store.lastDrift(handle, devices);
        for (News news : batch) {
            switch (news) {
                case News.Came came ->
                    came.presence()
                            .after(Optional.ofNullable(presence.get(came.device())))
                            .ifPresent(step -> {
                                presence.put(came.device(), step);
                                store.append(handle, came.device(), step);
                            });
                case News.Told told ->
                    drifted(
                            handle,
                            drift,
                            told.device(),
                            told.heard(),
                            known(drift, told.device()).with(told.report()));
                case News.Drifted one ->
                    drifted(
                            handle,
                            drift,
                            one.device(),
                            one.heard(),
                            known(drift, one.device()).with(one.drift()));
            }
        }
    }

    private static DriftRecord known(Map<DeviceId, DriftRecord> drift, DeviceId device) {
        return drift.getOrDefault(device, DriftRecord.NONE);
    }

    private void drifted(
            Handle handle, Map<DeviceId, DriftRecord> drift, DeviceId device, Instant at, DriftRecord next) {
        if (!next.equals(known(drift, device))) {
            drift.put(device, next);
            store.append(handle, device, new DeviceHistory.Drift(at, next));
        }
    }
}
