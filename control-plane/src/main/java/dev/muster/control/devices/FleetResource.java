package dev.muster.control.devices;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.SqlFragment;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** {@code /fleet}: the first page's figures. */
@Path("fleet")
@RunOnVirtualThread
public class FleetResource {
    /** Counting a small fleet costs nothing worth keeping an answer for. */
    private static final Duration QUICK = Duration.ofMillis(50);

    /** An answer is given again for so many times as long as it took: counting never takes more than this share of a core. */
    private static final int TIMES = 20;

    private static final int MOST_KEPT = 1_000;

    private final Guard guard;
    private final FleetStore store;
    private final TenantTransactions transactions;
    private final Instance<RolloutsInFlight> rollouts;
    private final Map<Asked, Answered> answers = new ConcurrentHashMap<>();

    FleetResource(Guard guard, FleetStore store, TenantTransactions transactions, Instance<RolloutsInFlight> rollouts) {
        this.guard = guard;
        this.store = store;
        this.transactions = transactions;
        this.rollouts = rollouts;
    }

    private record Asked(TenantId tenant, SqlFragment scope) {}

    private record Answered(Fleet fleet, long untilNanos) {
        boolean counts() {
            return System.nanoTime() - untilNanos < 0;
        }
    }

    /** The figures of the devices in scope; of a large fleet they may be some seconds old. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Fleet get() {
        Access access = guard.require(Role.VIEWER);
        Asked asked = new Asked(access.tenant(), access.scope().where("d"));
        Answered known = answers.get(asked);
        if (known != null && known.counts()) {
            return known.fleet();
        }
        long begin = System.nanoTime();
        Fleet fleet = transactions.in(
                access.tenant(),
                handle -> store.count(
                        handle,
                        access.scope(),
                        rollouts.stream()
                                .mapToLong(source -> source.count(handle))
                                .sum()));
        long took = System.nanoTime() - begin;
        if (took > QUICK.toNanos()) {
            if (answers.size() >= MOST_KEPT) {
                answers.clear();
            }
            answers.put(asked, new Answered(fleet, begin + took + TIMES * took));
        }
        return fleet;
    }
}
