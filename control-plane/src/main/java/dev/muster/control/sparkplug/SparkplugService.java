package dev.muster.control.sparkplug;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.SparkplugName;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Which device is which foreign edge node, for people. Thread-safe. */
@Singleton
final class SparkplugService {
    private final SparkplugStore store;
    private final DeviceService devices;
    private final AuditStore audit;
    private final OutboxStore outbox;
    private final KafkaTopics topics;
    private final ChangeFeed feed;
    private final TenantTransactions transactions;

    SparkplugService(
            SparkplugStore store,
            DeviceService devices,
            AuditStore audit,
            OutboxStore outbox,
            KafkaTopics topics,
            ChangeFeed feed,
            TenantTransactions transactions) {
        this.store = store;
        this.devices = devices;
        this.audit = audit;
        this.outbox = outbox;
        this.topics = topics;
        this.feed = feed;
        this.transactions = transactions;
    }

    EdgeNode get(Access access, DeviceId id) {
        return transactions.in(access.tenant(), handle -> find(handle, access, id));
    }

    /** Names the device as an edge node; from now on it may say what such a node says, and nothing else. */
    EdgeNode name(Access access, DeviceId id, @Nullable String group, @Nullable String node) {
        EdgeNode named = transactions.in(access.tenant(), handle -> {
            devices.require(handle, access.scope(), id);
            SparkplugName name = named(Bodies.require(group, "group"), Bodies.require(node, "node"));
            if (devices.sparkplug(handle, id).filter(name::equals).isEmpty()) {
                devices.sparkplug(handle, access, id, name);
                store.forget(handle, id);
            }
            return find(handle, access, id);
        });
        feed.device(access.tenant(), id);
        return named;
    }

    private static SparkplugName named(String group, String node) {
        try {
            return new SparkplugName(group, node);
        } catch (ProtocolException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    /** The device is no edge node any more. */
    void remove(Access access, DeviceId id) {
        transactions.run(access.tenant(), handle -> {
            find(handle, access, id);
            devices.sparkplug(handle, access, id, null);
            store.forget(handle, id);
        });
        feed.device(access.tenant(), id);
    }

    /** Asks the node for its births, now. It answers by them or not at all. */
    void rebirth(Access access, DeviceId id) {
        transactions.run(access.tenant(), handle -> {
            EdgeNode node = find(handle, access, id);
            if (!devices.require(handle, access.scope(), id).online()) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected edge node `" + id + "` to be connected, found that it is not");
            }
            outbox.append(
                    handle,
                    topics.down(),
                    new DeviceRef(access.tenant(), id).key(),
                    new DownMessage.Rebirth().toJson());
            audit.append(
                    handle,
                    access.caller(),
                    "sparkplug.rebirth",
                    "device/" + id,
                    Map.of("group", node.group(), "node", node.node()));
        });
    }

    private EdgeNode find(Handle handle, Access access, DeviceId id) {
        Device device = devices.require(handle, access.scope(), id);
        SparkplugName name = devices.sparkplug(handle, id)
                .orElseThrow(() ->
                        new ProblemException(ProblemCode.NOT_FOUND, "device `" + id + "` is no Sparkplug edge node"));
        return EdgeNode.of(device.id(), device.online(), name, store.find(handle, id));
    }
}
