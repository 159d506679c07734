package dev.muster.control.presence;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.Presence;
import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Notes who is connected, and when each device was last heard of: one transaction per tenant and batch. Telemetry is no
 * sign of life here: it is too much, and whoever sends it is connected anyway.
 */
@Singleton
class PresenceConsumer {
    private static final Logger LOG = Logger.getLogger(PresenceConsumer.class);

    private final PresenceStore store;
    private final TenantTransactions transactions;
    private final ChangeFeed feed;
    private final KafkaClients kafka;
    private final KafkaTopics topics;
    private final MusterConfig config;
    private final List<PresenceListener> listeners;

    PresenceConsumer(
            PresenceStore store,
            TenantTransactions transactions,
            ChangeFeed feed,
            KafkaClients kafka,
            KafkaTopics topics,
            MusterConfig config,
            @All List<PresenceListener> listeners) {
        this.store = store;
        this.transactions = transactions;
        this.feed = feed;
        this.kafka = kafka;
        this.topics = topics;
        this.config = config;
        this.listeners = List.copyOf(listeners);
    }

    void start(@Observes @Priority(3_000) StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            kafka.consume(
                    "control-presence", List.of(topics.presence(), topics.reported(), topics.events()), this::handle);
        }
    }

    /** The last word of each device in a batch. Maps are sorted, so that two writers lock rows in the same order. */
    private static final class News {
        private final Map<DeviceId, Presence> presence = sorted();
        private final Map<DeviceId, Instant> signs = sorted();

        private static <V> Map<DeviceId, V> sorted() {
            return new TreeMap<>(java.util.Comparator.comparing(DeviceId::value));
        }
    }

    void handle(List<ConsumerRecord<String, byte[]>> batch) {
        Map<TenantId, News> byTenant = new HashMap<>();
        for (ConsumerRecord<String, byte[]> item : batch) {
            try {
                DeviceRef device = DeviceRef.parse(item.key());
                News news = byTenant.computeIfAbsent(device.tenant(), tenant -> new News());
                if (item.topic().equals(topics.presence())) {
                    if (item.value() != null) {
                        news.presence.put(device.device(), Presence.fromJson(item.value()));
                    }
                } else {
                    news.signs.put(device.device(), Instant.ofEpochMilli(item.timestamp()));
                }
            } catch (ProtocolException | IllegalArgumentException e) {
                LOG.warnf("skipped a record of topic `%s`: %s", item.topic(), e.getMessage());
            }
        }
        byTenant.forEach((tenant, news) -> {
            transactions.run(tenant, handle -> {
                store.came(handle, news.presence);
                store.seen(handle, news.signs);
                List<DeviceId> here = news.presence.entrySet().stream()
                        .filter(entry -> entry.getValue().online())
                        .map(Map.Entry::getKey)
                        .toList();
                if (!here.isEmpty()) {
                    listeners.forEach(listener -> listener.connected(handle, here));
                }
            });
            news.presence.keySet().forEach(device -> feed.device(tenant, device));
        });
    }
}
