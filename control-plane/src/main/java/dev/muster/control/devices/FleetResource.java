package dev.muster.control.devices;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Map;

/** {@code /fleet}: the first page's figures. */
@Path("fleet")
@RunOnVirtualThread
public class FleetResource {
    private final Guard guard;
    private final FleetStore store;
    private final TenantTransactions transactions;
    private final Instance<RolloutsInFlight> rollouts;

    FleetResource(Guard guard, FleetStore store, TenantTransactions transactions, Instance<RolloutsInFlight> rollouts) {
        this.guard = guard;
        this.store = store;
        this.transactions = transactions;
        this.rollouts = rollouts;
    }

    /** The figures of the devices in scope. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Fleet get() {
        Access access = guard.require(Role.VIEWER);
        return transactions.in(access.tenant(), handle -> {
            Map<String, Long> byStatus = store.byStatus(handle, access.scope());
            long all = byStatus.values().stream().mapToLong(Long::longValue).sum();
            return new Fleet(
                    all - byStatus.getOrDefault("retired", 0L),
                    store.online(handle, access.scope()),
                    byStatus,
                    store.byImage(handle, access.scope()),
                    store.bySite(handle, access.scope()),
                    rollouts.stream().mapToLong(source -> source.count(handle)).sum());
        });
    }
}
