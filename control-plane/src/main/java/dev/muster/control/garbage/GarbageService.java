package dev.muster.control.garbage;

import dev.muster.control.access.Caller;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactBytes;
import dev.muster.control.artifacts.ArtifactConfig;
import dev.muster.control.artifacts.ArtifactUses.Use;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.trustrepo.TrustService;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * One round of collection: marks what nothing needs, takes marks back, takes away what is due, then bytes that no tenant
 * needs. Every step may be done by several instances at once, or be left half done. Thread-safe.
 */
@Singleton
final class GarbageService {
    private static final int PAGE = 200;

    /** Longer than any transaction. */
    private static final Duration ROLLED_BACK = Duration.ofDays(1);

    private final GarbageStore store;
    private final UsesStore uses;
    private final ArtifactBytes bytes;
    private final TrustService trust;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final ArtifactConfig config;
    private final Clock clock;

    GarbageService(
            GarbageStore store,
            UsesStore uses,
            ArtifactBytes bytes,
            TrustService trust,
            AuditStore audit,
            TenantTransactions transactions,
            ArtifactConfig config,
            Clock clock) {
        this.store = store;
        this.uses = uses;
        this.bytes = bytes;
        this.trust = trust;
        this.audit = audit;
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    /** An artifact and what would become of it now. */
    record Judged(Artifact artifact, Verdict verdict) {}

    /** What a round would do, and why each of the others stays; changes nothing. */
    List<Judged> plan(TenantId tenant) {
        List<Judged> all = new ArrayList<>();
        String after = "";
        while (true) {
            String behind = after;
            List<Judged> page = transactions.in(tenant, handle -> judge(handle, store.after(handle, behind, PAGE)));
            all.addAll(page);
            if (page.size() < PAGE) {
                return all;
            }
            after = page.getLast().artifact().sha256();
        }
    }

    /** Goes round once; what was taken away. */
    List<Artifact> collect(Caller caller) {
        TenantId tenant = caller.tenant();
        List<Judged> plan = plan(tenant);
        transactions.run(tenant, handle -> {
            store.mark(handle, hashes(plan, Verdict.Marked.class), clock.instant());
            store.unmark(handle, hashes(plan, Verdict.Needed.class));
        });
        List<Artifact> gone = new ArrayList<>();
        for (String sha256 : hashes(plan, Verdict.Due.class)) {
            WorkerThread.safely("collect artifact `" + sha256 + "`", () -> transactions
                    .in(tenant, handle -> take(handle, caller, sha256))
                    .ifPresent(gone::add));
        }
        for (String sha256 : transactions.in(tenant, store::bytesToGo)) {
            WorkerThread.safely("remove the bytes of `" + sha256 + "`", () -> {
                if (removeBytes(sha256)) {
                    transactions.run(tenant, handle -> store.bytesGone(handle, sha256, clock.instant()));
                }
            });
        }
        removeLeftovers(tenant);
        removeUnsent();
        return gone;
    }

    private List<Judged> judge(Handle handle, List<GarbageStore.Candidate> candidates) {
        Map<String, List<Use>> needed = uses.of(
                handle,
                candidates.stream().map(GarbageStore.Candidate::artifact).toList());
        return candidates.stream()
                .map(candidate -> new Judged(
                        candidate.artifact(),
                        Verdict.of(
                                candidate.came(),
                                candidate.unneededSince(),
                                needed.getOrDefault(candidate.artifact().sha256(), List.of()),
                                config.gc().grace(),
                                clock.instant())))
                .toList();
    }

    // The plan is old by now: only what is seen here, behind the lock of the row, decides.
    private Optional<Artifact> take(Handle handle, Caller caller, String sha256) {
        Optional<Judged> judged = store.lock(handle, sha256)
                .map(candidate -> judge(handle, List.of(candidate)).getFirst())
                .filter(now -> now.verdict() instanceof Verdict.Due);
        if (judged.isEmpty()) {
            return Optional.empty();
        }
        Artifact artifact = judged.get().artifact();
        if (!trust.unpublish(handle, caller.tenant(), artifact.path())) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        store.collect(handle, sha256, now);
        audit.append(
                handle,
                caller,
                "artifact.collect",
                "artifact/" + sha256,
                Map.of(
                        "kind",
                        artifact.kind().text(),
                        "name",
                        artifact.name(),
                        "version",
                        artifact.version(),
                        "length",
                        artifact.length()));
        return Optional.of(artifact);
    }

    /**
     * Takes away all artifacts of a tenant that is deleted: what no other tenant has by these hashes goes. The rows become claims
     * that ended, so that a crash in between leaves nothing behind.
     *
     * @return false if uploads of others are on their way and it has to be tried again
     */
    boolean takeAll(TenantId tenant) {
        while (transactions.in(tenant, handle -> store.release(handle, PAGE, clock.instant())) > 0) {
            // The next page.
        }
        removeLeftovers(tenant);
        return transactions
                .in(tenant, handle -> store.endedClaims(handle, clock.instant()))
                .isEmpty();
    }

    /** Bytes of uploads that a crash ended between putting them in place and naming them. */
    private void removeLeftovers(TenantId tenant) {
        Instant now = clock.instant();
        for (String sha256 : transactions.in(tenant, handle -> store.endedClaims(handle, now))) {
            WorkerThread.safely("remove what an upload left of `" + sha256 + "`", () -> {
                if (removeBytes(sha256)) {
                    transactions.run(tenant, handle -> store.forgetClaims(handle, sha256, now));
                }
            });
        }
    }

    /** Brings to the store what the server made, once a transaction that names it is through; true if nothing is left. */
    boolean send() {
        boolean all = true;
        for (String sha256 : unsent(clock.instant())) {
            all &= WorkerThread.safely("bring `" + sha256 + "` to the store of artifacts", () -> {
                if (isNamed(sha256)) {
                    try {
                        bytes.send(sha256);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e.getMessage(), e);
                    }
                }
            });
        }
        return all;
    }

    /** Bytes that the server made for a transaction that was rolled back. */
    private void removeUnsent() {
        for (String sha256 : unsent(clock.instant().minus(ROLLED_BACK))) {
            WorkerThread.safely("remove `" + sha256 + "`, which nothing names", () -> {
                if (!isNamed(sha256)) {
                    removeBytes(sha256);
                }
            });
        }
    }

    private List<String> unsent(Instant before) {
        try {
            return bytes.unsent(before);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for bytes to send", e);
        }
    }

    private boolean isNamed(String sha256) {
        return transactions.tenants().stream()
                .anyMatch(tenant -> transactions.in(tenant, handle -> store.need(handle, sha256, clock.instant())
                        .named()));
    }

    /**
     * Bytes lie under their hash for all tenants together, so all are asked, while nobody can begin to need them.
     *
     * @return false if it has to be tried again later
     */
    private boolean removeBytes(String sha256) {
        try (Handle connection = transactions.openJobs()) {
            if (!store.tryLockBytes(connection)) {
                // Uploads are on their way; the next round comes.
                return false;
            }
            try {
                boolean named = false;
                for (TenantId each : transactions.tenants()) {
                    GarbageStore.Need need =
                            transactions.in(each, handle -> store.need(handle, sha256, clock.instant()));
                    if (need.claimed()) {
                        return false;
                    }
                    named |= need.named();
                }
                if (!named) {
                    bytes.delete(sha256);
                }
                return true;
            } finally {
                store.unlockBytes(connection);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove bytes", e);
        }
    }

    private static List<String> hashes(List<Judged> plan, Class<? extends Verdict> verdict) {
        return plan.stream()
                .filter(judged -> verdict.isInstance(judged.verdict()))
                .map(judged -> judged.artifact().sha256())
                .toList();
    }
}
