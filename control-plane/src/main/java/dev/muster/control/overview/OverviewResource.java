package dev.muster.control.overview;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.KeptCounts;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code /overview}: the first page. */
@Path("overview")
@RunOnVirtualThread
public class OverviewResource {
    private static final int MAP_COLUMNS = 24;
    private static final int MAP_ROWS = 12;

    private final Guard guard;
    private final OverviewStore store;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final KeptCounts<Overview.Devices> kept = new KeptCounts<>();
    private final KeptCounts<Overview.SiteMap> maps = new KeptCounts<>();

    OverviewResource(Guard guard, OverviewStore store, TenantTransactions transactions, Clock clock) {
        this.guard = guard;
        this.store = store;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** The fleet at a glance, as far as it is in scope; counts of devices of a large fleet may be some seconds old. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Overview get() {
        Access access = guard.require(Role.VIEWER);
        var reach = new OverviewStore.Reach(
                access.scope(),
                guard.find(Role.OPERATOR)
                        .filter(right -> right.scope().fleetWide())
                        .isPresent(),
                guard.find(Role.SECURITY_OFFICER).map(Access::scope));
        return kept.get(
                access,
                known -> transactions.in(access.tenant(), handle -> store.read(handle, reach, known, clock.instant())),
                Overview::devices);
    }

    /**
     * The sites of a part of the world; those that lie close together are one spot, so that there are never many. Of a
     * large fleet it may be some seconds old.
     */
    @GET
    @Path("map")
    @RequiresRole(Role.VIEWER)
    public Overview.SiteMap map(@QueryParam("box") @Nullable String box) {
        Access access = guard.require(Role.VIEWER);
        OverviewStore.Box asked = box(box == null || box.isBlank() ? "-180,-90,180,90" : box);
        return maps.get(
                access,
                asked.toString(),
                known -> known.orElseGet(() -> transactions.in(
                        access.tenant(), handle -> store.map(handle, access.scope(), asked, MAP_COLUMNS, MAP_ROWS))),
                Function.identity());
    }

    private static OverviewStore.Box box(String text) {
        try {
            double[] sides = Arrays.stream(text.split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            if (sides.length == 4
                    && sides[0] >= -180
                    && sides[2] <= 180
                    && sides[1] >= -90
                    && sides[3] <= 90
                    && sides[0] < sides[2]
                    && sides[1] < sides[3]) {
                return new OverviewStore.Box(sides[0], sides[1], sides[2], sides[3]);
            }
        } catch (NumberFormatException e) {
            // Said below, as for every other text.
        }
        throw new ProblemException(
                ProblemCode.INVALID_REQUEST,
                "expected `box` as west,south,east,north in degrees such as -10,35,30,60, found `" + text + "`");
    }
}
