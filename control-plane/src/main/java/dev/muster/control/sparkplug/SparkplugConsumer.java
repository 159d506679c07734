package dev.muster.control.sparkplug;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.SparkplugNode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Notes how edge nodes stand, as their gateways tell: the last word of each in a batch. */
@Singleton
class SparkplugConsumer {
    private static final Logger LOG = Logger.getLogger(SparkplugConsumer.class);

    private final SparkplugStore store;
    private final TenantTransactions transactions;
    private final ChangeFeed feed;
    private final KafkaClients kafka;
    private final KafkaTopics topics;
    private final MusterConfig config;

    SparkplugConsumer(
            SparkplugStore store,
            TenantTransactions transactions,
            ChangeFeed feed,
            KafkaClients kafka,
            KafkaTopics topics,
            MusterConfig config) {
        this.store = store;
        this.transactions = transactions;
        this.feed = feed;
        this.kafka = kafka;
        this.topics = topics;
        this.config = config;
    }

    void start(@Observes @Priority(3_000) StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            kafka.consume("control-sparkplug", List.of(topics.sparkplugNodes()), this::handle);
        }
    }

    void handle(List<ConsumerRecord<String, byte[]>> batch) {
        Map<DeviceRef, SparkplugNode> last = new LinkedHashMap<>();
        for (ConsumerRecord<String, byte[]> item : batch) {
            try {
                SparkplugNode node = SparkplugNode.fromJson(item.value());
                // The names of devices are the node's own words.
                if (node.devices().stream().allMatch(DeviceWords::fit)) {
                    last.put(DeviceRef.parse(item.key()), node);
                } else {
                    LOG.warnf(
                            "state of edge node `%s` is dropped: no row can hold the names of its devices", item.key());
                }
            } catch (ProtocolException | IllegalArgumentException e) {
                LOG.warnf("skipped a record of topic `%s`: %s", item.topic(), e.getMessage());
            }
        }
        last.forEach((device, node) -> {
            transactions.run(device.tenant(), handle -> store.told(handle, device.device(), node));
            feed.device(device.tenant(), device.device());
        });
    }
}
