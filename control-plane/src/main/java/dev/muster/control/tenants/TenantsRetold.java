package dev.muster.control.tenants;

import dev.muster.control.restored.AfterRestore;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/** How a tenant stands and what it may send: gateways know it from a topic alone. */
@Singleton
final class TenantsRetold implements AfterRestore {
    private final TenantStore store;
    private final GatewayNotice gateways;

    TenantsRetold(TenantStore store, GatewayNotice gateways) {
        this.store = store;
        this.gateways = gateways;
    }

    @Override
    public String what() {
        return "tenant told to gateways";
    }

    @Override
    public void restored(Handle handle, TenantId tenant, long floor) {
        store.find(handle).ifPresent(found -> gateways.tell(handle, found));
    }
}
