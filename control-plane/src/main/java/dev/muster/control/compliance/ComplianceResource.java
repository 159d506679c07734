package dev.muster.control.compliance;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** {@code GET /policy/compliance}. */
@Path("/policy/compliance")
@RunOnVirtualThread
public class ComplianceResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final ComplianceStore store;

    ComplianceResource(Guard guard, TenantTransactions transactions, ComplianceStore store) {
        this.guard = guard;
        this.transactions = transactions;
        this.store = store;
    }

    /**
     * The answer.
     *
     * @param counts of all devices in scope that {@code q} selects, whatever the state asked for
     */
    public record ComplianceAnswer(
            Map<String, Long> counts,
            List<ComplianceRow> items,
            @Nullable String next) {
        public ComplianceAnswer {
            items = List.copyOf(items);
        }
    }

    /** How many devices stand where, and a page of them by id. */
    @GET
    @RequiresRole(Role.VIEWER)
    public ComplianceAnswer compliance(
            @QueryParam("q") @Nullable String q,
            @Parameter(schema = @Schema(implementation = ComplianceState.class)) @QueryParam("state") @Nullable String state,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        Selector query = Selector.parse(q);
        Optional<ComplianceState> wanted = state(state);
        int size = Cursor.limit(limit);
        String after = Cursor.decode(cursor).orElse("");
        return transactions.in(access.tenant(), handle -> {
            Map<String, Long> counts = new LinkedHashMap<>();
            store.counts(handle, access.scope(), query)
                    .forEach((found, devices) -> counts.put(found.member(), devices));
            Page<ComplianceRow> page = Page.of(
                    store.list(handle, access.scope(), query, wanted, after, size + 1), size, ComplianceRow::device);
            return new ComplianceAnswer(counts, page.items(), page.next());
        });
    }

    private static Optional<ComplianceState> state(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ComplianceState.parse(text)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.INVALID_REQUEST,
                        "expected `state` compliant, pending, drifted, not-enforceable or stale, found `" + text
                                + "`")));
    }
}
