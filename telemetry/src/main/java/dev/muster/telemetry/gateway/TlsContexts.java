package dev.muster.telemetry.gateway;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;

/** Makes TLS contexts: client certificate required, TLS 1.3 or 1.2, whoever provides it. */
final class TlsContexts {
    private static final long SESSION_SECONDS = 3_600;

    private TlsContexts() {}

    static SslContext create(GatewayTls tls, TlsProvider provider) {
        try {
            requireFitting(tls.key(), tls.chain().getFirst());
            return SslContextBuilder.forServer(tls.key(), tls.chain().toArray(X509Certificate[]::new))
                    .sslProvider(provider.netty())
                    .trustManager(tls.deviceAuthorities().toArray(X509Certificate[]::new))
                    .clientAuth(ClientAuth.REQUIRE)
                    .protocols("TLSv1.3", "TLSv1.2")
                    // A resumed session is not checked against the certificate's end again: keep them short.
                    .sessionTimeout(SESSION_SECONDS)
                    .build();
        } catch (SSLException | GeneralSecurityException e) {
            throw new IllegalArgumentException("cannot use the gateway's key and certificates: " + e.getMessage(), e);
        }
    }

    // Neither provider looks until the first device comes, and then none gets in.
    private static void requireFitting(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> key.getAlgorithm();
                };
        byte[] text = "does it fit".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        boolean fits;
        try {
            Signature check = Signature.getInstance(algorithm);
            check.initVerify(certificate.getPublicKey());
            check.update(text);
            fits = check.verify(signed);
        } catch (InvalidKeyException | SignatureException e) {
            fits = false;
        }
        if (!fits) {
            throw new InvalidKeyException("the key is not that of certificate `" + certificate.getSubjectX500Principal()
                    + "`, whose key is " + certificate.getPublicKey().getAlgorithm());
        }
    }
}
