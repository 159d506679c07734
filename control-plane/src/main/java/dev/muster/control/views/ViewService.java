package dev.muster.control.views;

import dev.muster.control.access.Access;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ETags;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Saved views for people. Thread-safe. */
@Singleton
final class ViewService {
    private static final int MAX_NAME = 80;
    private static final int MOST = 200;

    private final ViewStore store;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    ViewService(ViewStore store, AuditStore audit, TenantTransactions transactions, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    List<SavedView> list(Access access, long skip, int limit) {
        return transactions.in(
                access.tenant(), handle -> store.list(handle, access.caller().actor(), skip, limit));
    }

    SavedView create(Access access, String name, String query, boolean shared) {
        String checked = checked(name, query);
        return transactions.in(access.tenant(), handle -> {
            String me = access.caller().actor();
            if (store.countOf(handle, me) >= MOST) {
                throw invalid("expected at most " + MOST + " views of one person, found one more: delete old ones");
            }
            UUID id = UUID.randomUUID();
            if (!store.insert(handle, id, me, checked, query, shared, clock.instant())) {
                throw exists(checked);
            }
            return written(handle, access, "view.create", id);
        });
    }

    /** Changes what is given of one's own view. */
    SavedView patch(
            Access access,
            UUID id,
            @Nullable String name,
            @Nullable String query,
            @Nullable Boolean shared,
            Optional<Long> ifMatch) {
        return transactions.in(access.tenant(), handle -> {
            SavedView before = own(handle, access, id);
            ETags.check(ifMatch, before.revision());
            String newQuery = query == null ? before.query() : query;
            String newName = checked(name == null ? before.name() : name, newQuery);
            boolean newShared = shared == null ? before.shared() : shared;
            if (!store.update(handle, id, newName, newQuery, newShared, clock.instant())) {
                throw exists(newName);
            }
            return written(handle, access, "view.edit", id);
        });
    }

    void delete(Access access, UUID id, Optional<Long> ifMatch) {
        transactions.run(access.tenant(), handle -> {
            SavedView before = own(handle, access, id);
            ETags.check(ifMatch, before.revision());
            store.delete(handle, id);
            audit.append(handle, access.caller(), "view.delete", "view/" + id, detail(before));
        });
    }

    private SavedView own(Handle handle, Access access, UUID id) {
        SavedView view = store.lock(handle, access.caller().actor(), id)
                .orElseThrow(() -> new ProblemException(ProblemCode.VIEW_NOT_FOUND, "no saved view `" + id + "`"));
        if (!view.mine()) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN,
                    "expected a view of yours, found `" + view.name() + "` of `" + view.ownerName()
                            + "`, who shares it: save one of your own");
        }
        return view;
    }

    private SavedView written(Handle handle, Access access, String verb, UUID id) {
        SavedView view = store.find(handle, access.caller().actor(), id).orElseThrow();
        audit.append(handle, access.caller(), verb, "view/" + id, detail(view));
        return view;
    }

    private static Map<String, ?> detail(SavedView view) {
        return Map.of("name", view.name(), "query", view.query(), "shared", view.shared());
    }

    private static String checked(String name, String query) {
        String stripped = name.strip();
        if (stripped.isEmpty()
                || stripped.length() > MAX_NAME
                || stripped.chars().anyMatch(Character::isISOControl)) {
            throw invalid("expected a `name` of 1 to " + MAX_NAME + " characters, found `" + name + "`");
        }
        Selector.parse(query);
        return stripped;
    }

    private static ProblemException exists(String name) {
        return new ProblemException(ProblemCode.ALREADY_EXISTS, "you have a view `" + name + "`");
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
