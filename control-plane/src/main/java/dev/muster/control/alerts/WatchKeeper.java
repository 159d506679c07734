package dev.muster.control.alerts;

import dev.muster.control.access.Selector;
import dev.muster.control.devices.ChangedFields;
import dev.muster.control.devices.DeviceListener;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.groups.GroupListener;
import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.sites.SiteListener;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.KafkaTopics;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/**
 * Keeps true which rules watch which devices, as groups keep their members: a device whose data change is looked at alone and
 * only by rules that ask for what changed; a rule that changes is looked at once over the fleet. Every change is told to streams.
 */
@Singleton
final class WatchKeeper implements DeviceListener, SiteListener, GroupListener {
    private final RuleStore rules;
    private final WatchStore watches;
    private final DeviceService devices;
    private final OutboxStore outbox;
    private final KafkaTopics topics;

    WatchKeeper(RuleStore rules, WatchStore watches, DeviceService devices, OutboxStore outbox, KafkaTopics topics) {
        this.rules = rules;
        this.watches = watches;
        this.devices = devices;
        this.outbox = outbox;
        this.topics = topics;
    }

    /** A rule that is new, or selects other devices than before. */
    void evaluate(Handle handle, TenantId tenant, String rule, Selector selector) {
        devices.holdAll(handle);
        tell(handle, tenant, watches.leave(handle, rule, selector));
        tell(handle, tenant, watches.enter(handle, rule, selector));
    }

    /** A rule that ends. */
    void end(Handle handle, TenantId tenant, String rule) {
        devices.holdAll(handle);
        tell(handle, tenant, watches.leaveAll(handle, rule));
    }

    @Override
    public void dataChanged(Handle handle, DeviceRef device, ChangedFields changed) {
        reconsider(
                handle, device, changed.everything() ? rules.selectors(handle) : rules.asking(handle, changed.names()));
    }

    @Override
    public void joined(Handle handle, DeviceRef device, String group) {
        reconsider(handle, device, rules.asking(handle, Set.of("group")));
    }

    @Override
    public void left(Handle handle, DeviceRef device, String group) {
        joined(handle, device, group);
    }

    @Override
    public void moved(Handle handle, TenantId tenant, List<String> sites) {
        rules.asking(handle, Set.of("site"))
                .forEach((name, selector) -> evaluate(handle, tenant, name, Selector.parse(selector)));
    }

    private void reconsider(Handle handle, DeviceRef device, Map<String, String> asked) {
        if (asked.isEmpty()) {
            return;
        }
        Map<String, Selector> parsed = new HashMap<>();
        asked.forEach((name, text) -> parsed.put(name, Selector.parse(text)));
        Set<String> before = new TreeSet<>(watches.lock(handle, device.device()));
        Set<String> after = new TreeSet<>(before);
        after.removeAll(asked.keySet());
        after.addAll(watches.selecting(handle, device.device(), parsed));
        if (!after.equals(before)) {
            tell(handle, device.tenant(), List.of(watches.put(handle, device.device(), after)));
        }
    }

    private void tell(Handle handle, TenantId tenant, List<WatchStore.Changed> changed) {
        outbox.append(
                handle,
                changed.stream()
                        .map(one -> new OutboxStore.Message(
                                topics.alertDevices(),
                                new DeviceRef(tenant, one.device()).key(),
                                one.watched().toJson()))
                        .toList());
    }
}
