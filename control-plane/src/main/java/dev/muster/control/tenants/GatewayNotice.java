package dev.muster.control.tenants;

import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.tenancy.TenantState;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.KafkaTopics;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/** Tells gateways how a tenant stands: one record, however many devices it has. Thread-safe. */
@Singleton
final class GatewayNotice {
    private final OutboxStore outbox;
    private final KafkaTopics topics;

    GatewayNotice(OutboxStore outbox, KafkaTopics topics) {
        this.outbox = outbox;
        this.topics = topics;
    }

    /** In the transaction that changes it, which is one of the tenant. */
    void tell(Handle handle, Tenant tenant) {
        outbox.append(
                handle,
                topics.deviceState(),
                tenant.id().value(),
                new DeviceState(status(tenant.state()), 0, tenant.revision()).toJson());
    }

    private static DeviceState.Status status(TenantState state) {
        return switch (state) {
            case ACTIVE -> DeviceState.Status.ACTIVE;
            case SUSPENDED, DELETING -> DeviceState.Status.SUSPENDED;
            case DELETED -> DeviceState.Status.RETIRED;
        };
    }
}
