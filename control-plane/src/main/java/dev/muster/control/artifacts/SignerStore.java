package dev.muster.control.artifacts;

import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What rows of {@code artifact} say of signers. */
@Singleton
final class SignerStore {
    /** Hashes of all uploads whose signers are known or not; unsigned ones stay unsigned. */
    List<String> signed(Handle handle) {
        return handle.createQuery("select sha256 from artifact where kind in ('image', 'app') and (details #>> "
                        + "'{app,signature,verdict}' in ('verified', 'unknown-signer') or details #>> "
                        + "'{ota,signature,verdict}' in ('verified', 'unknown-signer')) order by sha256")
                .mapTo(String.class)
                .list();
    }

    /** Keeps another verdict about the same signature. */
    void update(Handle handle, String sha256, String signer, ArtifactDetails details) {
        handle.createUpdate("update artifact set signer = :signer, details = cast(:details as jsonb) "
                        + "where sha256 = :sha256")
                .bind("signer", signer)
                .bind("details", details.json())
                .bind("sha256", sha256)
                .execute();
    }
}
