package dev.muster.control.alerts;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.alert.AlertNews;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.KafkaTopics;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Reads topic {@code alerts} on instances with the role worker; those of a device are in the order in which they came about. */
@Singleton
class AlertConsumer {
    private static final Logger LOG = Logger.getLogger(AlertConsumer.class);

    private final KafkaClients kafka;
    private final KafkaTopics topics;
    private final MusterConfig config;
    private final AlertBook book;

    AlertConsumer(KafkaClients kafka, KafkaTopics topics, MusterConfig config, AlertBook book) {
        this.kafka = kafka;
        this.topics = topics;
        this.config = config;
        this.book = book;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            kafka.consumeEach("control-alerts", List.of(topics.alerts()), this::handle);
        }
    }

    private void handle(ConsumerRecord<String, byte[]> item) {
        try {
            DeviceRef device = DeviceRef.parse(item.key());
            AlertNews news = AlertNews.fromJson(item.value());
            if (!DeviceWords.areText(news.detail())) {
                LOG.warnf("alert of `%s` is dropped: no row can hold its text", device);
                return;
            }
            book.told(device, news);
        } catch (ProtocolException | IllegalArgumentException e) {
            LOG.warnf("alert of `%s` cannot be read: %s", item.key(), e.getMessage());
        } catch (RuntimeException e) {
            if (!TenantTransactions.isRefusedData(e)) {
                throw e;
            }
            LOG.warnf("alert of `%s` is dropped: the database refuses it: %s", item.key(), e.getMessage());
        }
    }
}
