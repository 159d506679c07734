package dev.muster.control.rollouts;

import dev.muster.control.access.Access;
import dev.muster.control.foureyes.Critical;
import dev.muster.control.foureyes.CriticalChange;
import dev.muster.control.foureyes.FourEyesRequest;
import dev.muster.control.foureyes.FourEyesService;
import dev.muster.control.foureyes.SecondPerson;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Lets one rollout go on in freezes. That always takes two people; where the tenant asks for four eyes the second one is an
 * approver, and the wish is a request. Thread-safe.
 */
@Singleton
final class OverrideService implements CriticalChange {
    private static final String KIND = "rollout.override";

    private final RolloutService rollouts;
    private final RolloutStore store;
    private final FreezeHold freezes;
    private final FourEyesService fourEyes;
    private final SecondPerson second;
    private final TenantTransactions transactions;

    OverrideService(
            RolloutService rollouts,
            RolloutStore store,
            FreezeHold freezes,
            FourEyesService fourEyes,
            SecondPerson second,
            TenantTransactions transactions) {
        this.rollouts = rollouts;
        this.store = store;
        this.freezes = freezes;
        this.fourEyes = fourEyes;
        this.second = second;
        this.transactions = transactions;
    }

    /** Asks to go on in freezes, or, by another person than the one who asked, agrees to it. */
    StoredRollout override(Access access, RolloutId id, String reason) {
        return transactions.in(access.tenant(), handle -> {
            rollouts.steerable(handle, access, id);
            RolloutHead head = store.lock(handle, id).orElseThrow().head();
            if (head.override().counts()) {
                return rollouts.find(handle, access, id);
            }
            boolean critical = fourEyes.asks(handle, Critical.FREEZE_OVERRIDES);
            Optional<FourEyesRequest> waiting = waiting(handle, id);
            if (critical && waiting.isPresent()) {
                throw new ProblemException(
                        ProblemCode.SECOND_PERSON_NEEDED,
                        "request `" + waiting.get().id() + "` waits for another person with the role `approver`");
            }
            if (critical || head.override().askedBy().isEmpty()) {
                ask(handle, access, head, reason, critical);
            } else {
                if (head.override().askedBy().equals(access.caller().actor())) {
                    throw new ProblemException(
                            ProblemCode.FORBIDDEN, "expected a second person: you asked for this override yourself");
                }
                agree(handle, second.require(handle, access, behind(handle, head)), head);
                waiting.ifPresent(request -> fourEyes.dismiss(handle, access, request.id()));
            }
            return rollouts.find(handle, access, id);
        });
    }

    /** Freezes hold it again. */
    StoredRollout end(Access access, RolloutId id) {
        return transactions.in(access.tenant(), handle -> {
            rollouts.steerable(handle, access, id);
            store.lock(handle, id);
            forget(handle, access, id);
            waiting(handle, id).ifPresent(request -> fourEyes.dismiss(handle, access, request.id()));
            return rollouts.find(handle, access, id);
        });
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void carryOut(Handle handle, Access approver, JsonObject change) {
        RolloutHead head = store.lock(handle, rollout(change)).orElseThrow().head();
        if (!head.override().counts()) {
            agree(handle, approver, head);
        }
    }

    @Override
    public void drop(Handle handle, Access by, JsonObject change) {
        RolloutId id = rollout(change);
        if (!store.lock(handle, id).orElseThrow().head().override().counts()) {
            forget(handle, by, id);
        }
    }

    private void ask(Handle handle, Access access, RolloutHead head, String reason, boolean critical) {
        if (reason.isBlank()) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "expected a `reason`, found nothing");
        }
        store.override(
                handle,
                head.id(),
                new RolloutHead.FreezeOverride(access.caller().actor(), reason, ""),
                second.behind(handle, access.caller()));
        rollouts.note(handle, access.caller(), "rollout.override-ask", head.id(), Map.of("reason", reason));
        if (critical) {
            fourEyes.ask(
                    handle,
                    access,
                    new FourEyesService.Ask(
                            KIND,
                            "rollout/" + head.id(),
                            "rollout `" + head.name() + "` goes on in freezes: " + reason,
                            Map.of("rollout", head.id().toString(), "reason", reason)));
        }
    }

    private void agree(Handle handle, Access agreeing, RolloutHead head) {
        RolloutHead.FreezeOverride asked = head.override();
        store.override(
                handle,
                head.id(),
                new RolloutHead.FreezeOverride(
                        asked.askedBy(), asked.reason(), agreeing.caller().actor()),
                store.overridePeople(handle, head.id()));
        freezes.letGo(handle, head.id());
        rollouts.note(handle, agreeing.caller(), "rollout.override-agree", head.id(), Map.of("reason", asked.reason()));
    }

    private void forget(Handle handle, Access access, RolloutId id) {
        store.override(handle, id, RolloutHead.FreezeOverride.NONE, Set.of());
        rollouts.note(handle, access.caller(), "rollout.override-end", id, Map.of());
    }

    private Set<String> behind(Handle handle, RolloutHead head) {
        Set<String> kept = store.overridePeople(handle, head.id());
        return kept.isEmpty() ? second.behind(handle, head.override().askedBy()) : kept;
    }

    private Optional<FourEyesRequest> waiting(Handle handle, RolloutId id) {
        return fourEyes.waiting(handle, KIND, "rollout/" + id);
    }

    private static RolloutId rollout(JsonObject change) {
        return new RolloutId(UUID.fromString(change.string("rollout")));
    }
}
