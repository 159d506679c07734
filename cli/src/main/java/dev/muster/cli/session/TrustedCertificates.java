package dev.muster.cli.session;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS that trusts exactly the certificates of one PEM file. */
final class TrustedCertificates {
    private TrustedCertificates() {}

    static SSLContext context(Path pem) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {manager(Optional.of(pem))}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /** Of the file, else of the system. */
    static X509ExtendedTrustManager manager(Optional<Path> pem) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(pem.isPresent() ? store(pem.get()) : null);
            return Arrays.stream(trust.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("this JVM checks no certificates"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM checks no certificates", e);
        }
    }

    private static KeyStore store(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new CliException(
                    ExitCode.USAGE, "expected certificates in PEM in `" + pem + "`, found: " + e.getMessage(), e);
        }
    }
}
