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
import java.util.function.Function;

/** {@code /fleet}: the fleet's figures. */
@Path("fleet")
@RunOnVirtualThread
public class FleetResource {
    private final Guard guard;
    private final FleetStore store;
    private final TenantTransactions transactions;
    private final Instance<RolloutsInFlight> rollouts;
    private final KeptCounts<Fleet> kept = new KeptCounts<>();

    FleetResource(Guard guard, FleetStore store, TenantTransactions transactions, Instance<RolloutsInFlight> rollouts) {
        this.guard = guard;
        this.store = store;
        this.transactions = transactions;
        this.rollouts = rollouts;
    }

    /** The figures of the devices in scope; of a large fleet they may be some seconds old. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Fleet get() {
        Access access = guard.require(Role.VIEWER);
        return kept.get(access, known -> known.orElseGet(() -> count(access)), Function.identity());
    }

    private Fleet count(Access access) {
        return transactions.in(
                access.tenant(),
                handle -> store.count(
                        handle,
                        access.scope(),
                        rollouts.stream()
                                .mapToLong(source -> source.count(handle))
                                .sum()));
    }
}
