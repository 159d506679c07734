package dev.muster.control.trustrepo;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.trustrepo.TrustFileStore.Repository;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.nio.charset.StandardCharsets;

/** The state of the tenant's repositories, for people. */
@Path("/trust/status")
@RunOnVirtualThread
public class TrustResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final TrustService trust;
    private final TrustFileStore store;

    TrustResource(Guard guard, TenantTransactions transactions, TrustService trust, TrustFileStore store) {
        this.guard = guard;
        this.transactions = transactions;
        this.trust = trust;
        this.store = store;
    }

    /** Every role with its version, expiry, keys and threshold. */
    @GET
    @RequiresRole(Role.VIEWER)
    public TrustStatus status() {
        Access access = guard.require(Role.VIEWER);
        var roots = trust.of(access.tenant());
        return transactions.in(
                access.tenant(),
                handle -> TrustStatus.of(
                        name -> store.read(handle, Repository.IMAGES, name),
                        roots.images().getBytes(StandardCharsets.UTF_8),
                        roots.director().getBytes(StandardCharsets.UTF_8)));
    }
}
