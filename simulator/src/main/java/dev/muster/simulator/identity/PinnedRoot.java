package dev.muster.simulator.identity;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Before there is a certificate: believes servers whose chain has the root with one fingerprint. */
final class PinnedRoot extends X509ExtendedTrustManager {
    private final String hex;

    private PinnedRoot(String hex) {
        this.hex = hex;
    }

    /**
     * A context that does so.
     *
     * @param fingerprint {@code sha256:<hex>}
     * @throws IllegalArgumentException for another form
     */
    static SSLContext context(String fingerprint) throws GeneralSecurityException {
        String text = fingerprint.toLowerCase(Locale.ROOT);
        String hex = text.startsWith("sha256:") ? text.substring(7).replace(":", "") : "";
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "expected a fingerprint `sha256:` and 64 hex digits, found `" + fingerprint + "`");
        }
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new PinnedRoot(hex)}, null);
        return context;
    }

    private X509ExtendedTrustManager anchored(X509Certificate[] chain) throws CertificateException {
        try {
            for (X509Certificate certificate : chain) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
                if (HexFormat.of().formatHex(digest).equals(hex)) {
                    return Certificates.trustOnly(List.of(certificate));
                }
            }
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e);
        }
        throw new CertificateException("the server's chain has no certificate with fingerprint `sha256:" + hex
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

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("this side is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this side is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
