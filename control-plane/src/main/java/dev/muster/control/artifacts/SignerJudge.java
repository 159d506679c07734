package dev.muster.control.artifacts;

import dev.muster.control.packages.KnownRoots;
import dev.muster.control.packages.Signature;
import dev.muster.control.vendors.VendorListener;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/**
 * Judges who signed each upload when the vendors that a tenant knows change, from the certificates that were kept with it. A
 * signature that came without certificates, and what was read before they were kept, stays as it was judged.
 */
@Singleton
final class SignerJudge implements VendorListener {
    private final ArtifactStore artifacts;
    private final SignerStore store;

    SignerJudge(ArtifactStore artifacts, SignerStore store) {
        this.artifacts = artifacts;
        this.store = store;
    }

    @Override
    public void changed(Handle handle, KnownRoots roots) {
        for (String sha256 : store.signed(handle)) {
            artifacts.find(handle, sha256).ifPresent(artifact -> judge(handle, artifact, roots));
        }
    }

    private void judge(Handle handle, Artifact artifact, KnownRoots roots) {
        switch (artifact.details()) {
            case ArtifactDetails.OfApp of -> {
                Signature now = of.app().signature().judgedBy(roots);
                if (!now.equals(of.app().signature())) {
                    store.update(
                            handle,
                            artifact.sha256(),
                            now.text(),
                            new ArtifactDetails.OfApp(of.app().signedBy(now)));
                }
            }
            case ArtifactDetails.OfOta of -> {
                Signature now = of.ota().signature().judgedBy(roots);
                if (!now.equals(of.ota().signature())) {
                    store.update(
                            handle,
                            artifact.sha256(),
                            now.text(),
                            new ArtifactDetails.OfOta(of.ota().signedBy(now)));
                }
            }
            case ArtifactDetails.None none -> {}
        }
    }
}
