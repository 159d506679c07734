package dev.muster.control.search;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code GET /search}. */
@Path("search")
@RunOnVirtualThread
public class SearchResource {
    private static final int OF_A_KIND = 10;
    private static final int MAX_LENGTH = 100;

    private final Guard guard;
    private final SearchStore store;
    private final TenantTransactions transactions;

    SearchResource(Guard guard, SearchStore store, TenantTransactions transactions) {
        this.guard = guard;
        this.store = store;
        this.transactions = transactions;
    }

    /**
     * Devices whose name, id, serial number or a tag begins with {@code q}, and other things in whose name it is; capital letters
     * make no difference.
     */
    @GET
    @RequiresRole(Role.VIEWER)
    public Found search(@QueryParam("q") @Nullable String q) {
        Access access = guard.require(Role.VIEWER);
        String text = Bodies.require(q, "q").strip().toLowerCase(Locale.ROOT);
        if (text.length() > MAX_LENGTH || text.indexOf('\0') >= 0) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `q` of at most " + MAX_LENGTH + " characters, found " + text.length());
        }
        return new Found(
                transactions.in(access.tenant(), handle -> store.find(handle, access.scope(), text, OF_A_KIND)));
    }
}
