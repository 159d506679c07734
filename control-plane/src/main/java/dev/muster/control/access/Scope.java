package dev.muster.control.access;

import dev.muster.protocol.identity.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The devices on which a caller may do one thing: those some allowing binding selects, less those any denying binding
 * selects, and nothing outside of what a token is for. Made for one required role, so that rights of two bindings never add up. Immutable.
 */
public final class Scope {
    private final TenantId tenant;
    private final List<Selector> allowed;
    private final List<Selector> denied;
    private final Selector within;

    Scope(TenantId tenant, List<Selector> allowed, List<Selector> denied, Selector within) {
        this.tenant = tenant;
        this.allowed = List.copyOf(allowed);
        this.denied = List.copyOf(denied);
        this.within = within;
    }

    /** Every device of a tenant: for the server's own work, never for a request of a person or service. */
    public static Scope wholeTenant(TenantId tenant) {
        return new Scope(tenant, List.of(Selector.ALL), List.of(), Selector.ALL);
    }

    /** The tenant; its rows are all the transaction shows anyway. */
    public TenantId tenant() {
        return tenant;
    }

    /** Whether it is every device of the tenant, those of tomorrow included. */
    public boolean fleetWide() {
        return denied.isEmpty() && within.selectsAll() && allowed.stream().anyMatch(Selector::selectsAll);
    }

    /** The predicate on the table {@code device} under {@code alias}; its parameters start with {@code scope_}. */
    public SqlFragment where(String alias) {
        if (fleetWide()) {
            return SqlFragment.TRUE;
        }
        if (allowed.isEmpty()) {
            return SqlFragment.FALSE;
        }
        Map<String, Object> binds = new HashMap<>();
        String sql = "(" + any(allowed, alias, "scope_a", binds)
                + (within.selectsAll() ? "" : " and " + any(List.of(within), alias, "scope_w", binds))
                + (denied.isEmpty() ? "" : " and not " + any(denied, alias, "scope_d", binds)) + ")";
        return new SqlFragment(sql, binds);
    }

    private static String any(List<Selector> selectors, String alias, String prefix, Map<String, Object> binds) {
        List<String> parts = new ArrayList<>();
        for (Selector selector : selectors) {
            SqlFragment part = selector.where(alias, prefix + parts.size() + "_");
            parts.add(part.sql());
            binds.putAll(part.binds());
        }
        return "(" + String.join(" or ", parts) + ")";
    }
}
