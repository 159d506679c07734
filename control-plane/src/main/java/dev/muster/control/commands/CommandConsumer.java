package dev.muster.control.commands;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.KafkaTopics;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Reads topic {@code command-answers} on every instance with the role worker. */
@Singleton
class CommandConsumer {
    private static final Logger LOG = Logger.getLogger(CommandConsumer.class);

    private final KafkaClients kafka;
    private final KafkaTopics topics;
    private final MusterConfig config;
    private final TenantTransactions transactions;
    private final CommandService service;
    private final ChangeFeed feed;

    CommandConsumer(
            KafkaClients kafka,
            KafkaTopics topics,
            MusterConfig config,
            TenantTransactions transactions,
            CommandService service,
            ChangeFeed feed) {
        this.kafka = kafka;
        this.topics = topics;
        this.config = config;
        this.transactions = transactions;
        this.service = service;
        this.feed = feed;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            kafka.consumeEach("control-commands", List.of(topics.commandAnswers()), this::handle);
        }
    }

    private void handle(ConsumerRecord<String, byte[]> item) {
        try {
            DeviceRef device = DeviceRef.parse(item.key());
            CommandAnswer answer = CommandAnswer.fromJson(item.value());
            if (!CommandService.isStorable(answer)) {
                LOG.warnf("answer of `%s` is dropped: no row can hold its texts", device);
                return;
            }
            boolean news = transactions.in(device.tenant(), handle -> service.answered(handle, device, answer));
            if (news) {
                feed.command(device.tenant(), answer.id());
                feed.device(device.tenant(), device.device());
            }
        } catch (ProtocolException | IllegalArgumentException e) {
            LOG.warnf("answer of `%s` cannot be read: %s", item.key(), e.getMessage());
        } catch (RuntimeException e) {
            if (!TenantTransactions.isRefusedData(e)) {
                throw e;
            }
            LOG.warnf("answer of `%s` is dropped: the database refuses it: %s", item.key(), e.getMessage());
        }
    }
}
