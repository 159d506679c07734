package dev.muster.control.explain;

import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.explain.SignedManifestStore.Kept;
import dev.muster.control.reported.ManifestProof;
import dev.muster.control.reported.ReportListener;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.permissions.PermissionReport;
import dev.muster.trust.metadata.Hashes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Keeps manifests so that somebody without a server can check later that the device said it. Thread-safe. */
@Singleton
final class SignedManifests implements ReportListener {
    private final SignedManifestStore store;
    private final CertificateAuthority authority;
    private final Clock clock;

    SignedManifests(SignedManifestStore store, CertificateAuthority authority, Clock clock) {
        this.store = store;
        this.authority = authority;
        this.clock = clock;
    }

    /** The manifest that spoke for the instant. */
    Optional<Kept> at(Handle handle, DeviceId device, Instant at) {
        return store.at(handle, device, at);
    }

    /**
     * The manifest that best shows what answered at the instant: the one that spoke for it, or, where that does not name
     * the bundle yet because the device's report was quicker, the next one if that does.
     */
    Optional<Kept> showing(Handle handle, DeviceId device, Instant at, String sha256) {
        Optional<Kept> spoke = store.at(handle, device, at);
        if (sha256.isEmpty() || spoke.filter(kept -> names(kept, sha256)).isPresent()) {
            return spoke;
        }
        return store.after(handle, device, at)
                .filter(kept -> names(kept, sha256))
                .or(() -> spoke);
    }

    private static boolean names(Kept kept, String sha256) {
        return report(kept)
                .flatMap(PermissionReport::policySha256)
                .filter(sha256::equals)
                .isPresent();
    }

    /** The permission report in a kept manifest, if it has one. */
    static Optional<PermissionReport> report(Kept kept) {
        return SignedManifest.fromJson(kept.envelope().getBytes(StandardCharsets.UTF_8))
                .unverified()
                .permissions();
    }

    @Override
    public void manifest(Handle handle, VersionManifest manifest, ManifestProof proof) {
        Instant now = clock.instant();
        store.keep(
                handle,
                manifest.device().device(),
                content(manifest),
                new Kept(now, now, proof.envelope(), chain(proof.certificate())));
    }

    private String chain(X509Certificate leaf) {
        StringBuilder pem = new StringBuilder();
        for (X509Certificate certificate : authority.chain(leaf)) {
            try {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was read can be written", e);
            }
        }
        return pem.toString();
    }

    /** A digest of all that a question can depend on; times, counters and running processes change nothing. */
    private static String content(VersionManifest manifest) {
        VersionManifest bare = new VersionManifest(
                manifest.device(),
                Instant.EPOCH,
                0,
                manifest.hardware(),
                manifest.image(),
                manifest.apps().stream().map(SignedManifests::bare).toList(),
                List.of(),
                manifest.permissions().map(SignedManifests::bare));
        return Hashes.sha256(bare.toJson());
    }

    private static VersionManifest.InstalledApp bare(VersionManifest.InstalledApp app) {
        return new VersionManifest.InstalledApp(
                app.bundle(),
                app.versionCode(),
                app.versionName(),
                app.sha256(),
                app.apl(),
                app.permissions(),
                app.acls(),
                app.signer(),
                Optional.empty(),
                app.user(),
                app.instance());
    }

    private static PermissionReport bare(PermissionReport report) {
        return new PermissionReport(
                report.policyVersion(),
                report.policySha256(),
                report.shadowVersion(),
                report.capabilitiesSha256(),
                report.lease(),
                Optional.empty(),
                report.traits(),
                report.levels(),
                List.of(),
                0);
    }
}
