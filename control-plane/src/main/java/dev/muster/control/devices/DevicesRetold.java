package dev.muster.control.devices;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.restored.AfterRestore;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Gateways let in whom topic {@code device-state} names, and after a restore that topic is empty, or tells of things that are no more. */
@Singleton
final class DevicesRetold implements AfterRestore {
    private static final int BATCH = 1_000;

    private final DeviceService devices;

    DevicesRetold(DeviceService devices) {
        this.devices = devices;
    }

    @Override
    public String what() {
        return "devices told to gateways";
    }

    @Override
    public void restored(Handle handle, TenantId tenant, long floor) {
        List<DeviceId> all = devices.select(handle, Scope.wholeTenant(tenant), Selector.ALL);
        for (int from = 0; from < all.size(); from += BATCH) {
            devices.desiredChanged(handle, tenant, all.subList(from, Math.min(from + BATCH, all.size())));
        }
    }
}
