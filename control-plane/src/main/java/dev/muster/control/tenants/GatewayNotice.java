package dev.muster.control.tenants;

import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.quotas.Quota;
import dev.muster.control.tenancy.TenantState;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.TelemetryQuota;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Tells gateways how a tenant stands and what it may send: one record, however many devices it has. Thread-safe. */
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
                DeviceState.tenant(status(tenant.state()), tenant.revision(), quota(tenant))
                        .toJson());
    }

    /** What of a tenant's limits gateways keep. */
    static TelemetryQuota quota(Tenant tenant) {
        return new TelemetryQuota(
                Optional.ofNullable(tenant.quotas().get(Quota.TELEMETRY_MESSAGES.text())),
                Optional.ofNullable(tenant.quotas().get(Quota.TELEMETRY_BYTES.text())));
    }

    private static DeviceState.Status status(TenantState state) {
        return switch (state) {
            case ACTIVE -> DeviceState.Status.ACTIVE;
            case SUSPENDED, DELETING -> DeviceState.Status.SUSPENDED;
            case DELETED -> DeviceState.Status.RETIRED;
        };
    }
}
