package dev.muster.control.deviceapi;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.X509TrustManager;

/**
 * Believes device certificates that chain to our authorities, as they are at each handshake. Expiry of the device's own certificate is not judged here but on
 * each route, because renewal has a grace period: the path is validated for the last moment at which it was valid.
 */
final class DeviceTrustManager implements X509TrustManager {
    private final Supplier<List<X509Certificate>> source;
    private final Clock clock;

    DeviceTrustManager(Supplier<List<X509Certificate>> authorities, Clock clock) {
        this.source = authorities;
        this.clock = clock;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        if (chain.length == 0) {
            throw new CertificateException("expected a certificate");
        }
        if (chain[0].getExtendedKeyUsage() == null
                || !chain[0].getExtendedKeyUsage().contains("1.3.6.1.5.5.7.3.2")) {
            throw new CertificateException("expected a client certificate");
        }
        Instant now = clock.instant();
        Instant end = chain[0].getNotAfter().toInstant();
        try {
            List<X509Certificate> authorities = source.get();
            Set<TrustAnchor> anchors = authorities.stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet());
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now.isAfter(end) ? end : now));
            List<X509Certificate> path = new ArrayList<>();
            for (X509Certificate certificate : chain) {
                if (authorities.contains(certificate)) {
                    break;
                }
                path.add(certificate);
            }
            CertPath checked = CertificateFactory.getInstance("X.509").generateCertPath(path);
            CertPathValidator.getInstance("PKIX").validate(checked, parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the device's certificate does not chain to our authority", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side is the server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return source.get().toArray(X509Certificate[]::new);
    }
}
