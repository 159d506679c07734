package dev.muster.telemetry.gateway;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.TelemetryQuota;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The quotas of this gateway's tenants and devices: what was said of a tenant comes before configuration. Thread-safe. */
final class Quotas {
    private final GatewayLimits limits;
    private final ConcurrentMap<String, Quota.Use> tenants = new ConcurrentHashMap<>();

    Quotas(GatewayLimits limits) {
        this.limits = limits;
    }

    /** What the control plane says of a tenant; it counts from the next message on, also of devices that are here. */
    void stated(String tenant, Optional<TelemetryQuota> said, long nowNanos) {
        Quota usual = limits.tenantQuota();
        Quota quota = said.map(own -> new Quota(
                        own.messagesPerSecond().orElse(usual.messagesPerSecond()),
                        own.bytesPerSecond().orElse(usual.bytesPerSecond())))
                .orElse(usual);
        tenants.computeIfAbsent(tenant, name -> quota.use(nowNanos)).limit(quota);
    }

    Quota.Use ofDevice(long nowNanos) {
        return limits.deviceQuota().use(nowNanos);
    }

    /** Shared by all connections of the tenant. */
    Quota.Use ofTenant(DeviceRef device, long nowNanos) {
        return tenants.computeIfAbsent(
                device.tenant().value(), tenant -> limits.tenantQuota().use(nowNanos));
    }
}
