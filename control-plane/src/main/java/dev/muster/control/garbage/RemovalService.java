package dev.muster.control.garbage;

import dev.muster.control.access.Access;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.artifacts.ArtifactUses;
import dev.muster.control.artifacts.ArtifactUses.Use;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.trustrepo.TrustChangeService;
import dev.muster.control.trustrepo.TrustDraft;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Takes artifacts out of what their publisher signed: a draft that the publisher signs, as for an upload. The bytes go
 * with the collection afterwards. Thread-safe.
 */
@Singleton
final class RemovalService {
    private static final String PUBLISHER = "publisher";

    private final ArtifactService artifacts;
    private final GarbageStore store;
    private final ArtifactUses uses;
    private final TrustChangeService changes;
    private final TenantTransactions transactions;

    RemovalService(
            ArtifactService artifacts,
            GarbageStore store,
            ArtifactUses uses,
            TrustChangeService changes,
            TenantTransactions transactions) {
        this.artifacts = artifacts;
        this.store = store;
        this.uses = uses;
        this.changes = changes;
        this.transactions = transactions;
    }

    /** Makes the draft; a problem while anything but the publisher's word holds the artifact. */
    TrustDraft.Answer remove(Access access, String sha256) {
        Artifact artifact = transactions
                .in(access.tenant(), handle -> artifacts.find(handle, sha256))
                .orElseThrow(() -> missing(sha256));
        return changes.remove(
                access,
                "artifact/" + sha256,
                artifact.path(),
                // Behind the lock of the row: no release can name it until the draft stands, and none may afterwards.
                handle -> requireUnneeded(
                        handle,
                        store.lock(handle, sha256)
                                .orElseThrow(() -> missing(sha256))
                                .artifact()));
    }

    private void requireUnneeded(Handle handle, Artifact artifact) {
        List<String> users = uses.of(handle, List.of(artifact)).getOrDefault(artifact.sha256(), List.of()).stream()
                .filter(use -> !use.kind().equals(PUBLISHER))
                .map(Use::text)
                .toList();
        if (!users.isEmpty()) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "`" + artifact.sha256() + "` is in use: " + String.join("; ", users),
                    Map.of("usedBy", users));
        }
    }

    private static ProblemException missing(String sha256) {
        return new ProblemException(
                ProblemCode.ARTIFACT_NOT_FOUND, "no image or app `" + sha256 + "`, or somebody is just using it");
    }
}
