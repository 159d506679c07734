package dev.muster.control.events;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.KafkaTopics;
import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Reads topic {@code events} on every instance with the role worker. */
@Singleton
class EventConsumer {
    private static final Logger LOG = Logger.getLogger(EventConsumer.class);

    private final KafkaClients kafka;
    private final KafkaTopics topics;
    private final MusterConfig config;
    private final TenantTransactions transactions;
    private final EventStore store;
    private final List<EventListener> listeners;
    private final ChangeFeed feed;
    private final Clock clock;

    EventConsumer(
            KafkaClients kafka,
            KafkaTopics topics,
            MusterConfig config,
            TenantTransactions transactions,
            EventStore store,
            @All List<EventListener> listeners,
            ChangeFeed feed,
            Clock clock) {
        this.kafka = kafka;
        this.topics = topics;
        this.config = config;
        this.transactions = transactions;
        this.store = store;
        this.listeners = List.copyOf(listeners);
        this.feed = feed;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            kafka.consumeEach("control-events", List.of(topics.events()), this::handle);
        }
    }

    // One that no row can hold would come back for ever and stop those behind it.
    private static boolean isStorable(DeviceEvent event) {
        return DeviceWords.isTime(event.at()) && DeviceWords.fit(event.kind()) && DeviceWords.areText(event.detail());
    }

    private void handle(ConsumerRecord<String, byte[]> item) {
        try {
            DeviceRef device = DeviceRef.parse(item.key());
            DeviceEvent event = DeviceEvent.fromJson(item.value());
            if (!isStorable(event)) {
                LOG.warnf("event of `%s` is dropped: no row can hold its time or its texts", device);
                return;
            }
            boolean news = transactions.in(device.tenant(), handle -> {
                boolean added = store.append(handle, device.device(), event, clock.instant());
                if (added) {
                    listeners.forEach(listener -> listener.happened(handle, device, event));
                }
                return added;
            });
            if (news && event.kind().startsWith("permission.")) {
                feed.device(device.tenant(), device.device());
            }
        } catch (ProtocolException | IllegalArgumentException e) {
            LOG.warnf("event of `%s` cannot be read: %s", item.key(), e.getMessage());
        } catch (RuntimeException e) {
            if (!TenantTransactions.isRefusedData(e)) {
                throw e;
            }
            LOG.warnf("event of `%s` is dropped: the database refuses it: %s", item.key(), e.getMessage());
        }
    }
}
