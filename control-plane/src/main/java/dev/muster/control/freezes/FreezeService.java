package dev.muster.control.freezes;

import dev.muster.control.access.Access;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.foureyes.Critical;
import dev.muster.control.foureyes.CriticalChange;
import dev.muster.control.foureyes.FourEyesRequest;
import dev.muster.control.foureyes.FourEyesService;
import dev.muster.control.foureyes.Outcome;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.json.JsonObject;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** The freeze calendar of a tenant. Thread-safe. */
@Singleton
public final class FreezeService implements CriticalChange {
    private static final String KIND = "freeze.weaken";
    private static final String OBJECT = "freeze/";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int MAX_REASON = 500;
    private static final int MOST = 500;

    private final FreezeStore store;
    private final FourEyesService fourEyes;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Instance<FreezeListener> listeners;
    private final Clock clock;

    FreezeService(
            FreezeStore store,
            FourEyesService fourEyes,
            AuditStore audit,
            TenantTransactions transactions,
            // Looked up late: who is held by a freeze asks this service.
            @Any Instance<FreezeListener> listeners,
            Clock clock) {
        this.store = store;
        this.fourEyes = fourEyes;
        this.audit = audit;
        this.transactions = transactions;
        this.listeners = listeners;
        this.clock = clock;
    }

    /** Those that are on, the longest first; joins the caller's transaction. */
    public List<Freeze> active(Handle handle, Instant now) {
        return store.at(handle, now);
    }

    /** What of the freeze waits for a second person. */
    Optional<FourEyesRequest> waiting(Handle handle, String name) {
        return fourEyes.waiting(handle, KIND, OBJECT + name);
    }

    List<Freeze> list(Access access) {
        return transactions.in(access.tenant(), store::all);
    }

    /** Makes or moves a freeze; what lets devices start earlier waits where the tenant asks for four eyes. */
    Outcome<Freeze> put(Access access, String name, Instant from, Instant to, String selector, String reason) {
        check(name, from, to, selector, reason);
        return transactions.in(access.tenant(), handle -> {
            Freeze wanted = new Freeze(
                    name,
                    from,
                    to,
                    selector,
                    reason,
                    clock.instant(),
                    access.caller().actor(),
                    access.caller().name());
            Optional<Freeze> before = store.lock(handle, name);
            if (before.filter(freeze -> freeze.weakenedBy(wanted, clock.instant()))
                            .isPresent()
                    && fourEyes.asks(handle, Critical.FREEZE_OVERRIDES)) {
                return new Outcome.Waits<>(fourEyes.ask(
                        handle,
                        access,
                        new FourEyesService.Ask(
                                KIND,
                                OBJECT + name,
                                "freeze `" + name + "` holds from " + from + " to " + to
                                        + (selector.isEmpty() ? "" : " where " + selector) + " instead of "
                                        + before.get().from() + " to "
                                        + before.get().to(),
                                Map.of(
                                        "name",
                                        name,
                                        "lift",
                                        false,
                                        "from",
                                        from.toString(),
                                        "to",
                                        to.toString(),
                                        "selector",
                                        selector,
                                        "reason",
                                        reason))));
            }
            if (before.isEmpty() && store.all(handle).size() >= MOST) {
                throw invalid("expected at most " + MOST + " freezes, found one more: delete old ones");
            }
            return new Outcome.Done<>(write(handle, access, wanted));
        });
    }

    /** Lifts a freeze for good; one that is not over waits where the tenant asks for four eyes. */
    Outcome<Boolean> delete(Access access, String name) {
        return transactions.in(access.tenant(), handle -> {
            Freeze freeze = store.lock(handle, name).orElseThrow(() -> notFound(name));
            if (freeze.to().isAfter(clock.instant()) && fourEyes.asks(handle, Critical.FREEZE_OVERRIDES)) {
                return new Outcome.Waits<>(fourEyes.ask(
                        handle,
                        access,
                        new FourEyesService.Ask(
                                KIND,
                                OBJECT + name,
                                "freeze `" + name + "` until " + freeze.to() + " is lifted",
                                Map.of("name", name, "lift", true))));
            }
            lift(handle, access, name);
            return new Outcome.Done<>(true);
        });
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void carryOut(Handle handle, Access second, JsonObject change) {
        String name = change.string("name");
        if (change.optionalFlag("lift").orElse(false)) {
            lift(handle, second, name);
            return;
        }
        if (store.lock(handle, name).isEmpty()) {
            throw notFound(name);
        }
        write(
                handle,
                second,
                new Freeze(
                        name,
                        change.instant("from"),
                        change.instant("to"),
                        change.string("selector"),
                        change.string("reason"),
                        clock.instant(),
                        second.caller().actor(),
                        second.caller().name()));
    }

    private Freeze write(Handle handle, Access access, Freeze freeze) {
        store.put(handle, freeze);
        audit.append(
                handle,
                access.caller(),
                "freeze.put",
                OBJECT + freeze.name(),
                Map.of(
                        "from",
                        freeze.from().toString(),
                        "to",
                        freeze.to().toString(),
                        "selector",
                        freeze.selector(),
                        "reason",
                        freeze.reason()));
        listeners.forEach(listener -> listener.changed(handle, freeze.name()));
        return store.find(handle, freeze.name()).orElseThrow();
    }

    private void lift(Handle handle, Access access, String name) {
        if (!store.delete(handle, name)) {
            throw notFound(name);
        }
        audit.append(handle, access.caller(), "freeze.delete", OBJECT + name, Map.of());
        listeners.forEach(listener -> listener.changed(handle, name));
    }

    private static void check(String name, Instant from, Instant to, String selector, String reason) {
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
    }

    private static ProblemException notFound(String name) {
        return new ProblemException(ProblemCode.FREEZE_NOT_FOUND, "no freeze `" + name + "`");
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
