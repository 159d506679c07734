package dev.muster.control.foureyes;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Role;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.json.JsonObject;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What waits for a second person, and what becomes of it. Thread-safe. */
@Singleton
public final class FourEyesService {
    private static final Duration LIFE = Duration.ofDays(7);
    private static final int MOST_OPEN = 200;
    private static final int LONGEST_REASON = 500;

    private final FourEyesStore store;
    private final SecondPerson second;
    private final Instance<CriticalChange> kinds;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    FourEyesService(
            FourEyesStore store,
            SecondPerson second,
            // Looked up late: who carries changes out asks this service.
            @Any Instance<CriticalChange> kinds,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.second = second;
        this.kinds = kinds;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * A change that is to wait.
     *
     * @param kind of a {@link CriticalChange}
     * @param subject what it is about; one request of a kind waits for each
     * @param summary one sentence for people
     * @param change all that is to be done
     */
    public record Ask(String kind, String subject, String summary, Map<String, ?> change) {
        /** Copies the map. */
        public Ask {
            change = Map.copyOf(change);
        }
    }

    /** Whether the tenant of the transaction lets nobody make changes of the kind alone. */
    public boolean asks(Handle handle, Critical kind) {
        return store.rule(handle).kinds().contains(kind);
    }

    /** Keeps a change until a second person agrees; joins the caller's transaction. */
    public FourEyesRequest ask(Handle handle, Access access, Ask ask) {
        return ask(
                handle,
                access,
                ask,
                second.behind(handle, access.caller()),
                access.caller().actor());
    }

    /** The same on behalf of {@code askedBy}, behind whom {@code people} stand. */
    public FourEyesRequest ask(Handle handle, Access access, Ask ask, Set<String> people, String askedBy) {
        if (people.stream().anyMatch(Caller.BreakGlass::acts)) {
            throw new ProblemException(ProblemCode.FORBIDDEN, SecondPerson.BREAK_GLASS);
        }
        Instant now = clock.instant();
        store.expire(handle, now);
        if (store.countOpen(handle) >= MOST_OPEN) {
            throw conflict("expected at most " + MOST_OPEN + " requests that wait: settle some first");
        }
        FourEyesRequest request = new FourEyesRequest(
                UUID.randomUUID(),
                ask.kind(),
                ask.subject(),
                ask.summary(),
                JsonObject.of(ask.change()).members(),
                "open",
                now,
                askedBy,
                askedBy.equals(access.caller().actor()) ? access.caller().name() : askedBy,
                now.plus(LIFE),
                null,
                null,
                null,
                "");
        if (!store.insert(handle, new FourEyesStore.Stored(request, people))) {
            throw conflict(store.open(handle, ask.kind(), ask.subject(), now)
                    .map(other -> "request `" + other.id() + "` of " + other.askedByName()
                            + " waits for a second person already: have it settled first")
                    .orElse("another request of this kind waits already"));
        }
        audit.append(
                handle,
                access.caller(),
                "four-eyes.ask",
                FourEyesRequest.object(request.id()),
                Map.of("kind", ask.kind(), "subject", ask.subject(), "change", ask.change()));
        return request;
    }

    /** The request of the kind that waits for the subject. */
    public Optional<FourEyesRequest> waiting(Handle handle, String kind, String subject) {
        return store.open(handle, kind, subject, clock.instant());
    }

    /** Ends a request that has no object any more, without asking its {@link CriticalChange}. */
    public void dismiss(Handle handle, Access access, UUID id) {
        settle(handle, access, id, "withdrawn", "");
    }

    List<FourEyesRequest> list(Access access, long skip, int limit) {
        return transactions.in(access.tenant(), handle -> store.list(handle, clock.instant(), skip, limit));
    }

    FourEyesRequest get(Access access, UUID id) {
        return transactions.in(access.tenant(), handle -> require(handle, id));
    }

    /**
     * A second person agrees: it is done, in this transaction.
     *
     * @param right gives the caller's right of a role for the whole fleet, or throws
     */
    FourEyesRequest approve(Access access, UUID id, Function<Role, Access> right) {
        return settled(access.person(), id, (handle, stored, kind) -> {
            Access agreeing = second.require(handle, right.apply(kind.role()), stored.people());
            settle(handle, agreeing, stored.request(), "approved", "");
            kind.carryOut(handle, agreeing, JsonObject.of(stored.request().change()));
        });
    }

    /** A second person refuses: nothing comes of it. */
    FourEyesRequest reject(Access access, UUID id, @Nullable String reason) {
        String why = reason == null ? "" : reason;
        if (why.length() > LONGEST_REASON) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a `reason` of at most " + LONGEST_REASON + " characters, found " + why.length());
        }
        return settled(access.person(), id, (handle, stored, kind) -> {
            second.require(handle, access, stored.people());
            settle(handle, access, stored.request(), "rejected", why);
            kind.drop(handle, access, JsonObject.of(stored.request().change()));
        });
    }

    /** Whoever stands behind a request takes it back. */
    FourEyesRequest withdraw(Access access, UUID id) {
        return settled(access, id, (handle, stored, kind) -> {
            if (!stored.people().contains(access.caller().actor())) {
                throw new ProblemException(
                        ProblemCode.FORBIDDEN, "expected the one who asked for it; others reject it instead");
            }
            settle(handle, access, stored.request(), "withdrawn", "");
            kind.drop(handle, access, JsonObject.of(stored.request().change()));
        });
    }

    private interface Settling {
        void run(Handle handle, FourEyesStore.Stored stored, CriticalChange kind);
    }

    private FourEyesRequest settled(Access access, UUID id, Settling settling) {
        FourEyesRequest result = transactions.in(access.tenant(), handle -> {
            FourEyesStore.Stored stored =
                    store.lock(handle, id, clock.instant()).orElseThrow(() -> notFound(id));
            if (!stored.request().open()) {
                throw conflict("expected a request that waits, found `" + id + "` "
                        + stored.request().state());
            }
            settling.run(handle, stored, kind(stored.request()));
            return require(handle, id);
        });
        kind(result).afterwards(access.tenant());
        return result;
    }

    private void settle(Handle handle, Access access, FourEyesRequest request, String state, String reason) {
        settle(handle, access, request.id(), state, reason);
    }

    private void settle(Handle handle, Access access, UUID id, String state, String reason) {
        FourEyesRequest request = require(handle, id);
        store.settle(handle, id, state, access.caller().actor(), reason, clock.instant());
        String verb =
                switch (state) {
                    case "approved" -> "four-eyes.approve";
                    case "rejected" -> "four-eyes.reject";
                    default -> "four-eyes.withdraw";
                };
        audit.append(
                handle,
                access.caller(),
                verb,
                FourEyesRequest.object(id),
                Map.of(
                        "kind",
                        request.kind(),
                        "subject",
                        request.subject(),
                        "askedBy",
                        request.askedBy(),
                        "reason",
                        reason));
    }

    private CriticalChange kind(FourEyesRequest request) {
        return kinds.stream()
                .filter(kind -> kind.kind().equals(request.kind()))
                .findFirst()
                .orElseThrow(() -> conflict("this server carries out no `" + request.kind() + "`: reject it"));
    }

    private FourEyesRequest require(Handle handle, UUID id) {
        return store.find(handle, id, clock.instant()).orElseThrow(() -> notFound(id));
    }

    private static ProblemException notFound(UUID id) {
        return new ProblemException(ProblemCode.NOT_FOUND, "no request `" + id + "`");
    }

    private static ProblemException conflict(String detail) {
        return new ProblemException(ProblemCode.CONFLICT, detail);
    }
}
