package dev.muster.telemetry.bridge;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS to a broker, from PEM texts. Immutable.
 *
 * @param authorities that are believed; without them those of the Java platform
 * @param identity of ours, if the broker asks for a certificate
 */
public record BridgeTls(Optional<String> authorities, Optional<Identity> identity) {
    private static final char[] NO_PASSWORD = new char[0];

    /**
     * A certificate and its key.
     *
     * @param chain certificates, ours first
     * @param key PKCS #8, not encrypted
     */
    public record Identity(String chain, String key) {
        // A key has no place in logs.
        @Override
        public String toString() {
            return "an identity";
        }
    }

    /**
     * What makes sockets.
     *
     * @throws GeneralSecurityException if a text is not what it should be, with words for people
     */
    public SSLSocketFactory sockets() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities.isPresent() ? believed(authorities.get()) : null);
        context.init(identity.isPresent() ? keys(identity.get()) : null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    private static KeyStore believed(String pem) throws GeneralSecurityException {
        KeyStore store = empty();
        for (Certificate certificate : certificates(pem)) {
            store.setCertificateEntry("authority-" + store.size(), certificate);
        }
        return store;
    }

    private static KeyManager[] keys(Identity identity) throws GeneralSecurityException {
        List<Certificate> chain = certificates(identity.chain());
        KeyStore store = empty();
        PrivateKey key = key(identity.key(), chain.getFirst().getPublicKey().getAlgorithm());
        store.setKeyEntry("identity", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new GeneralSecurityException("cannot make a key store", e);
        }
    }

    /** The certificates of a text; at least one. */
    private static List<Certificate> certificates(String pem) throws GeneralSecurityException {
        List<Certificate> read = List.copyOf(CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
        if (read.isEmpty()) {
            throw new GeneralSecurityException("expected certificates in PEM, found none");
        }
        return read;
    }

    private static PrivateKey key(String pem, String algorithm) throws GeneralSecurityException {
        byte @Nullable [] der = null;
        String begin = "-----BEGIN PRIVATE KEY-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END PRIVATE KEY-----");
        if (from >= 0 && to > from) {
            try {
                der = Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
            } catch (IllegalArgumentException e) {
                throw new GeneralSecurityException("expected a private key in PEM, found something else", e);
            }
        }
        if (der == null) {
            throw new GeneralSecurityException(
                    "expected a private key in PEM (PKCS #8, `BEGIN PRIVATE KEY`), found something else");
        }
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
