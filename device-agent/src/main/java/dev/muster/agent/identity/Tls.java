package dev.muster.agent.identity;

import dev.muster.protocol.identity.DeviceRef;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS contexts: mutual with the device's certificate, and pinned by fingerprint before there is one. */
public final class Tls {
    private static final String ALIAS = "device";
    /** uniformResourceIdentifier of GeneralName (RFC 5280, 4.2.1.6). */
    private static final Integer URI_NAME = 6;

    private Tls() {}

    /** Trusts {@code identity.roots()} alone and shows the device's certificate. */
    public static SSLContext mutual(DeviceIdentity identity) throws GeneralSecurityException {
        return context(new KeyManager[] {new OneKey(identity.key(), identity.chain())}, trustOnly(identity.roots()));
    }

    /**
     * Between devices of one tenant: both sides show their device certificate, and believe one of their own tenant. Which device it is,
     * {@link #peer} says.
     *
     * @param identity asked at every handshake, so that a renewed certificate is used
     */
    public static SSLContext peers(Supplier<DeviceIdentity> identity) throws GeneralSecurityException {
        return context(new KeyManager[] {new PeerKey(identity)}, new PeerTrust(identity));
    }

    /** The device on the other side of a session of {@link #peers}. */
    public static DeviceRef peer(SSLSession session) throws GeneralSecurityException {
        try {
            return peer((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            throw new CertificateException(e);
        }
    }

    private static DeviceRef peer(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> name : names) {
                if (name.get(0).equals(URI_NAME)
                        && name.get(1) instanceof String text
                        && text.startsWith("muster://")) {
                    try {
                        return DeviceRef.fromUri(URI.create(text));
                    } catch (IllegalArgumentException e) {
                        throw new CertificateException(e);
                    }
                }
            }
        }
        throw new CertificateException("expected the certificate of a device, found another one");
    }

    /**
     * Trusts the one root certificate with this fingerprint, which the server must send with its chain.
     *
     * @param fingerprint {@code sha256:<64 hex>} of the root certificate in DER
     */
    public static SSLContext pinned(String fingerprint) throws GeneralSecurityException {
        return context(null, new PinnedRoot(hex(fingerprint)));
    }

    /**
     * From now on this whole process trusts nobody but by contexts made here: a connection that was given none fails. Also
     * spares it the JDK's public authorities, 150 certificates that the JDK else reads at the first connection (a tenth of
     * a second of CPU and a megabyte for as long as the process lives). For processes that are agents and nothing else.
     */
    public static void trustNobodyElse() throws GeneralSecurityException {
        SSLContext nobody = context(null, new NobodyTrusted());
        SSLContext.setDefault(nobody);
        HttpsURLConnection.setDefaultSSLSocketFactory(nobody.getSocketFactory());
    }

    /** The fingerprint of {@code certificate} as people see it. */
    public static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    private static String hex(String fingerprint) throws GeneralSecurityException {
        String text = fingerprint.toLowerCase(Locale.ROOT);
        String hex = text.startsWith("sha256:") ? text.substring(7).replace(":", "") : "";
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new GeneralSecurityException(
                    "expected a fingerprint `sha256:` and 64 hex digits, found `" + fingerprint + "`");
        }
        return hex;
    }

    private static SSLContext context(KeyManager @Nullable [] keys, X509ExtendedTrustManager trust)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys, new TrustManager[] {trust}, null);
        return context;
    }

    private static X509ExtendedTrustManager trustOnly(List<X509Certificate> roots) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < roots.size(); i++) {
                store.setCertificateEntry("root-" + i, roots.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new GeneralSecurityException("the JDK offers no X.509 trust manager");
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /** A key straight from memory: no PKCS#12 file, whose key derivation costs a small board 0.2 s of CPU. */
    private static final class OneKey extends X509ExtendedKeyManager {
        private final PrivateKey key;
        private final List<X509Certificate> chain;

        OneKey(PrivateKey key, List<X509Certificate> chain) {
            this.key = key;
            this.chain = chain;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        // The issuers a server names are not compared: this device has one certificate and shows it or nothing.
        @Override
        public String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }

    /** The key of the moment. */
    private static final class PeerKey extends X509ExtendedKeyManager {
        private final Supplier<DeviceIdentity> identity;

        PeerKey(Supplier<DeviceIdentity> identity) {
            this.identity = identity;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return matches(keyType) ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return matches(keyType) ? ALIAS : null;
        }

        private boolean matches(String keyType) {
            return keyType.startsWith(identity.get().key().getAlgorithm());
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identity.get().chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.get().key();
        }
    }

    /** Device certificates are for clients; between two devices both count as one. */
    private static final class PeerTrust extends X509ExtendedTrustManager {
        private final Supplier<DeviceIdentity> identity;

        PeerTrust(Supplier<DeviceIdentity> identity) {
            this.identity = identity;
        }

        private void check(X509Certificate[] chain, String authType) throws CertificateException {
            DeviceIdentity own = identity.get();
            try {
                trustOnly(own.roots()).checkClientTrusted(chain, authType);
            } catch (CertificateException e) {
                throw e;
            } catch (GeneralSecurityException e) {
                throw new CertificateException(e);
            }
            DeviceRef other = peer(chain[0]);
            if (!other.tenant().equals(own.ref().tenant())) {
                throw new CertificateException(
                        "expected a device of tenant `" + own.ref().tenant().value() + "`, found `" + other + "`");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private abstract static class ServersOnly extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("an agent accepts no clients");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("an agent accepts no clients");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("an agent accepts no clients");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static final class NobodyTrusted extends ServersOnly {
        private static CertificateException refused() {
            return new CertificateException("no server is trusted but by the device's own identity or a fingerprint");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw refused();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw refused();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw refused();
        }
    }

    private static final class PinnedRoot extends ServersOnly {
        private final String sha256;

        PinnedRoot(String sha256) {
            this.sha256 = sha256;
        }

        private X509ExtendedTrustManager anchored(X509Certificate[] chain) throws CertificateException {
            try {
                for (X509Certificate certificate : chain) {
                    if (fingerprint(certificate).equals("sha256:" + sha256)) {
                        return trustOnly(List.of(certificate));
                    }
                }
            } catch (GeneralSecurityException e) {
                throw new CertificateException(e);
            }
            throw new CertificateException("the server's chain has no certificate with fingerprint `sha256:" + sha256
                    + "`: wrong server, or a changed authority");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            anchored(chain).checkServerTrusted(chain, authType, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            anchored(chain).checkServerTrusted(chain, authType, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            anchored(chain).checkServerTrusted(chain, authType);
        }
    }
}
