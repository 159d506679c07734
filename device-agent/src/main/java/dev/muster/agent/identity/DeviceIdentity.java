package dev.muster.agent.identity;

import dev.muster.protocol.identity.DeviceRef;
import java.net.URI;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Who this device is and whom it talks to.
 *
 * @param chain the device's certificate first
 * @param roots the only issuers that are trusted for the server's certificate
 * @param server base of the device port, {@code https://host:port}
 * @param mqtt {@code host:port} of the gateway
 * @param platform {@code linux} or {@code simulated}, chosen at enrolment
 */
public record DeviceIdentity(
        DeviceRef ref,
        PrivateKey key,
        List<X509Certificate> chain,
        List<X509Certificate> roots,
        URI server,
        String mqtt,
        String platform) {
    public DeviceIdentity {
        chain = List.copyOf(chain);
        roots = List.copyOf(roots);
        if (chain.isEmpty() || roots.isEmpty()) {
            throw new IllegalArgumentException("expected a certificate chain and roots, found none");
        }
    }

    /** The device's own certificate. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** When to renew: after two thirds of the certificate's life. */
    public Instant renewAt() {
        Instant from = certificate().getNotBefore().toInstant();
        Duration life = Duration.between(from, certificate().getNotAfter().toInstant());
        return from.plus(life.multipliedBy(2).dividedBy(3));
    }

    /** Without the key: what may stand in a log. */
    @Override
    public String toString() {
        return "DeviceIdentity[" + ref + ", " + server + "]";
    }
}
