package dev.muster.telemetry.gateway;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;

/** Makes TLS contexts: client certificate required, TLS 1.3 or 1.2, whoever provides it. */
final class TlsContexts {
    private static final long SESSION_SECONDS = 3_600;

    private TlsContexts() {}

    static SslContext create(GatewayTls tls, TlsProvider provider) {
        try {
            return SslContextBuilder.forServer(tls.key(), tls.chain().toArray(X509Certificate[]::new))
                    .sslProvider(provider.netty())
                    .trustManager(tls.deviceAuthorities().toArray(X509Certificate[]::new))
                    .clientAuth(ClientAuth.REQUIRE)
                    .protocols("TLSv1.3", "TLSv1.2")
                    // A resumed session is not checked against the certificate's end again: keep them short.
                    .sessionTimeout(SESSION_SECONDS)
                    .build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("cannot use the gateway's key and certificates: " + e.getMessage(), e);
        }
    }
}
