package dev.muster.control.alerts;

import dev.muster.control.access.Scope;
import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.restored.AfterRestore;
import dev.muster.protocol.alert.AlertRule;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.KafkaTopics;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/** Rules and whom they watch: streams know both from topics alone. */
@Singleton
final class AlertsRetold implements AfterRestore {
    private final RuleStore rules;
    private final WatchStore watches;
    private final OutboxStore outbox;
    private final KafkaTopics topics;

    AlertsRetold(RuleStore rules, WatchStore watches, OutboxStore outbox, KafkaTopics topics) {
        this.rules = rules;
        this.watches = watches;
        this.outbox = outbox;
        this.topics = topics;
    }

    @Override
    public String what() {
        return "alert rules told to streams";
    }

    @Override
    public void restored(Handle handle, TenantId tenant, long floor) {
        for (StoredRule rule : rules.all(handle, Scope.wholeTenant(tenant))) {
            RuleText text = RuleText.parse(rule.yaml());
            AlertRule told = new AlertRule(
                    rule.revision(), text.condition(), text.document().holds());
            outbox.append(handle, topics.alertRules(), tenant + "/" + rule.name(), told.toJson());
        }
        outbox.append(
                handle,
                watches.all(handle).stream()
                        .map(one -> new OutboxStore.Message(
                                topics.alertDevices(),
                                new DeviceRef(tenant, one.device()).key(),
                                one.watched().toJson()))
                        .toList());
    }
}
