package dev.muster.telemetry.gateway;

import dev.muster.protocol.identity.DeviceRef;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The quotas of this gateway's tenants and devices. Thread-safe. */
final class Quotas {
    private final GatewayLimits limits;
    private final ConcurrentMap<String, Quota.Use> tenants = new ConcurrentHashMap<>();

    Quotas(GatewayLimits limits) {
        this.limits = limits;
    }

    /** Whether anything is limited here. */
    boolean areNone() {
        return limits.deviceQuota().isNone() && limits.tenantQuota().isNone();
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
