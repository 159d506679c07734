package dev.muster.control.deltas;

import dev.muster.control.access.Access;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.deltas.Delta.Pair;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What people ask of deltas. Thread-safe. */
@Singleton
final class DeltaService {
    private static final int MOST = 1_000;

    private final DeltaStore store;
    private final ArtifactService artifacts;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    DeltaService(
            DeltaStore store,
            ArtifactService artifacts,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.artifacts = artifacts;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    List<Delta> list(Access access) {
        return transactions.in(access.tenant(), handle -> store.list(handle, MOST));
    }

    Delta get(Access access, Pair pair) {
        return transactions.in(access.tenant(), handle -> find(handle, pair));
    }

    /** Has it made, unless it is there or on its way. */
    Delta make(Access access, Pair pair) {
        if (pair.output().equals(pair.base())) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "expected two images, found `" + pair.base() + "` twice");
        }
        return transactions.in(access.tenant(), handle -> {
            requireImage(handle, "output", pair.output());
            requireImage(handle, "base", pair.base());
            Optional<Delta.State> state = store.lock(handle, pair);
            if (state.isEmpty() || state.get().canBegin()) {
                store.ask(handle, pair, access.caller().actor(), clock.instant());
                audit.append(handle, access.caller(), "delta.make", "delta/" + pair, Map.of());
            }
            return find(handle, pair);
        });
    }

    /** Stops it before it is done. */
    Delta cancel(Access access, Pair pair) {
        return transactions.in(access.tenant(), handle -> {
            switch (store.lock(handle, pair).orElseThrow(() -> notFound(pair))) {
                case WAITING, MAKING -> {
                    store.cancel(handle, pair, clock.instant());
                    audit.append(handle, access.caller(), "delta.cancel", "delta/" + pair, Map.of());
                }
                case CANCELLED -> {}
                case DONE, DECLINED, FAILED, COLLECTED ->
                    throw new ProblemException(
                            ProblemCode.CONFLICT,
                            "the delta to `" + pair.output() + "` from `" + pair.base() + "` has ended");
            }
            return find(handle, pair);
        });
    }

    private void requireImage(Handle handle, String member, String sha256) {
        Optional<Artifact> held = artifacts.hold(handle, sha256);
        if (held.isEmpty() || held.get().kind() != Artifact.Kind.IMAGE) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `" + member + "` as the sha256 of an image that was uploaded, found `" + sha256 + "`");
        }
    }

    private Delta find(Handle handle, Pair pair) {
        return store.find(handle, pair).orElseThrow(() -> notFound(pair));
    }

    private static ProblemException notFound(Pair pair) {
        return new ProblemException(
                ProblemCode.DELTA_NOT_FOUND, "no delta to `" + pair.output() + "` from `" + pair.base() + "`");
    }
}
