package dev.muster.control.releases;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Withdraws releases. A withdrawn one stays to be read, is handed out by no new rollout, and holds its artifacts no longer.
 * Thread-safe.
 */
@Singleton
public final class WithdrawalService {
    private final WithdrawalStore store;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    WithdrawalService(WithdrawalStore store, AuditStore audit, TenantTransactions transactions, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** A problem if the release is withdrawn; it cannot be until the caller's transaction ends. */
    public void requireOffered(Handle handle, Release release) {
        if (!store.holdOffered(handle, release.id())) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "release `" + release.name() + "` " + release.version()
                            + " was withdrawn: nothing new hands it out");
        }
    }

    /** Withdraws a release that nothing uses; withdrawing it again changes nothing. */
    void withdraw(Caller caller, UUID id) {
        transactions.run(caller.tenant(), handle -> {
            // Whoever makes a rollout of it holds the row: what began before is seen below, what comes later is
            // refused.
            WithdrawalStore.Offered release = store.lock(handle, id)
                    .orElseThrow(() -> new ProblemException(ProblemCode.RELEASE_NOT_FOUND, "no release `" + id + "`"));
            if (release.withdrawn()) {
                return;
            }
            List<String> users = store.users(handle, id);
            if (!users.isEmpty()) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "release `" + release.name() + "` " + release.version() + " is in use: "
                                + String.join("; ", users),
                        Map.of("usedBy", users));
            }
            store.withdraw(handle, id, caller.actor(), clock.instant());
            audit.append(
                    handle,
                    caller,
                    "release.withdraw",
                    "release/" + id,
                    Map.of("name", release.name(), "version", release.version()));
        });
    }
}
