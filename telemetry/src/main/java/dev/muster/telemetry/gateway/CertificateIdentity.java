package dev.muster.telemetry.gateway;

import dev.muster.protocol.identity.DeviceRef;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Reads who a device is from its certificate, which TLS has verified already. */
final class CertificateIdentity {
    private static final int URI_NAME = 6; // RFC 5280, 4.2.1.6: uniformResourceIdentifier [6]

    private CertificateIdentity() {}

    /** The device, or empty if the certificate names none, or more than one, or one that cannot exist. */
    static Optional<DeviceRef> of(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain[0] instanceof X509Certificate leaf ? of(leaf) : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    static Optional<DeviceRef> of(X509Certificate certificate) {
        List<DeviceRef> found = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            for (List<?> name : names) {
                if (name.get(0) instanceof Integer type && type == URI_NAME && name.get(1) instanceof String uri) {
                    found.add(DeviceRef.fromUri(URI.create(uri)));
                }
            }
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return Optional.empty();
        }
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }
}
