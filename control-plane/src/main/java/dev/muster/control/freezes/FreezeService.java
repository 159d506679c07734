package dev.muster.control.freezes;

import dev.muster.control.access.Access;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** The freeze calendar of a tenant. Thread-safe. */
@Singleton
public final class FreezeService {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int MAX_REASON = 500;
    private static final int MOST = 500;

    private final FreezeStore store;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Instance<FreezeListener> listeners;
    private final Clock clock;

    FreezeService(
            FreezeStore store,
            AuditStore audit,
            TenantTransactions transactions,
            // Looked up late: who is held by a freeze asks this service.
            @Any Instance<FreezeListener> listeners,
            Clock clock) {
        this.store = store;
        this.audit = audit;
        this.transactions = transactions;
        this.listeners = listeners;
        this.clock = clock;
    }

    /** Those that are on, the longest first; joins the caller's transaction. */
    public List<Freeze> active(Handle handle, Instant now) {
        return store.at(handle, now);
    }

    List<Freeze> list(Access access) {
        return transactions.in(access.tenant(), store::all);
    }

    /** Makes or moves a freeze. */
    Freeze put(Access access, String name, Instant from, Instant to, String selector, String reason) {
        if (!NAME.matcher(name).matches()) {
            throw invalid("expected a name of letters, digits, '.', '_', '-', at most 64, found `" + name + "`");
        }
        if (!from.isBefore(to)) {
            throw invalid("expected `from` before `to`, found " + from + " and " + to);
        }
        if (reason.length() > MAX_REASON) {
            throw invalid("expected a `reason` of at most " + MAX_REASON + " characters, found " + reason.length());
        }
        Selector.parse(selector);
        return transactions.in(access.tenant(), handle -> {
            if (store.find(handle, name).isEmpty() && store.all(handle).size() >= MOST) {
                throw invalid("expected at most " + MOST + " freezes, found one more: delete old ones");
            }
            store.put(
                    handle,
                    new Freeze(
                            name,
                            from,
                            to,
                            selector,
                            reason,
                            clock.instant(),
                            access.caller().actor(),
                            access.caller().name()));
            audit.append(
                    handle,
                    access.caller(),
                    "freeze.put",
                    "freeze/" + name,
                    Map.of("from", from.toString(), "to", to.toString(), "selector", selector, "reason", reason));
            listeners.forEach(listener -> listener.changed(handle, name));
            return store.find(handle, name).orElseThrow();
        });
    }

    /** Lifts a freeze for good. */
    void delete(Access access, String name) {
        transactions.run(access.tenant(), handle -> {
            if (!store.delete(handle, name)) {
                throw new ProblemException(ProblemCode.FREEZE_NOT_FOUND, "no freeze `" + name + "`");
            }
            audit.append(handle, access.caller(), "freeze.delete", "freeze/" + name, Map.of());
            listeners.forEach(listener -> listener.changed(handle, name));
        });
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
