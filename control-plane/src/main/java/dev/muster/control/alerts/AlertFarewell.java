package dev.muster.control.alerts;

import dev.muster.control.jobs.Farewell;
import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.KafkaTopics;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Streams forget the rules and watched devices of a tenant that goes: the compacted topics would keep them for ever. Rules first,
 * so that nothing comes to be watched any more.
 */
@Singleton
final class AlertFarewell implements Farewell {
    private static final int BATCH = 500;

    private final RuleStore rules;
    private final WatchStore watches;
    private final OutboxStore outbox;
    private final KafkaTopics topics;
    private final TenantTransactions transactions;

    AlertFarewell(
            RuleStore rules,
            WatchStore watches,
            OutboxStore outbox,
            KafkaTopics topics,
            TenantTransactions transactions) {
        this.rules = rules;
        this.watches = watches;
        this.outbox = outbox;
        this.topics = topics;
        this.transactions = transactions;
    }

    @Override
    public void before(TenantId tenant) {
        transactions.run(tenant, handle -> rules.deleteAll(handle)
                .forEach(rule -> outbox.appendEnd(handle, topics.alertRules(), tenant + "/" + rule)));
        int some = BATCH;
        while (some == BATCH) {
            some = transactions.in(tenant, handle -> {
                List<DeviceId> devices = watches.deleteSome(handle, BATCH);
                devices.forEach(
                        device -> outbox.appendEnd(handle, topics.alertDevices(), new DeviceRef(tenant, device).key()));
                return devices.size();
            });
        }
    }
}
