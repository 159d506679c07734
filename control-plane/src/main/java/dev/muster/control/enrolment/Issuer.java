package dev.muster.control.enrolment;

import dev.muster.control.config.ExternalConfig;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Issues a certificate, notes it, and makes the answer the device stores. */
@Singleton
final class Issuer {
    private final CertificateAuthority authority;
    private final EnrolmentStore store;
    private final EnrolmentConfig config;
    private final ExternalConfig external;
    private final Clock clock;

    Issuer(
            CertificateAuthority authority,
            EnrolmentStore store,
            EnrolmentConfig config,
            ExternalConfig external,
            Clock clock) {
        this.authority = authority;
        this.store = store;
        this.config = config;
        this.external = external;
        this.clock = clock;
    }

    EnrolResponse issue(
            Handle handle, DeviceRef device, PublicKey key, @Nullable String token, TrustRoots.Roots roots) {
        try {
            Authority issuing = authority.issuing();
            List<X509Certificate> chain = authority.device(issuing, device, key, config.certificateLife());
            store.issued(
                    handle,
                    new EnrolmentStore.Issued(
                            device.device(),
                            chain.getFirst(),
                            CertificateRequest.fingerprint(key),
                            token,
                            issuing.id(),
                            clock.instant()));
            return new EnrolResponse(
                    device,
                    Certificates.pem(chain),
                    Certificates.pem(authority.roots()),
                    external.mqtt(),
                    roots.director(),
                    roots.images());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot issue a certificate for `" + device + "`", e);
        }
    }
}
