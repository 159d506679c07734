package dev.muster.control.deviceapi;

import dev.muster.protocol.identity.DeviceRef;
import java.net.URI;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads who a device is from its certificate: the one URI among its subject alternative names. */
final class DeviceIdentity {
    private static final int URI_NAME = 6;

    private DeviceIdentity() {}

    /** Empty unless there is exactly one URI and it is a device's. */
    static Optional<DeviceRef> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            List<String> uris = names.stream()
                    .filter(name -> Integer.valueOf(URI_NAME).equals(name.get(0)))
                    .map(name -> String.valueOf(name.get(1)))
                    .toList();
            return uris.size() == 1 ? Optional.of(DeviceRef.fromUri(URI.create(uris.getFirst()))) : Optional.empty();
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
