package dev.muster.telemetry.gateway;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who the gateway is and whom it believes.
 *
 * @param key private key of the server certificate, EC or RSA
 * @param chain server certificate first, then its issuers
 * @param deviceAuthorities CAs that device certificates must chain to; several while a CA is being rotated
 */
public record GatewayTls(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> deviceAuthorities) {
    public GatewayTls {
        chain = List.copyOf(chain);
        deviceAuthorities = List.copyOf(deviceAuthorities);
        if (chain.isEmpty() || deviceAuthorities.isEmpty()) {
            throw new IllegalArgumentException("expected a server certificate and at least one device authority, found "
                    + chain.size() + " and " + deviceAuthorities.size());
        }
    }
}
