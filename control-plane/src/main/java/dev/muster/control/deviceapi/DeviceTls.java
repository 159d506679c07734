package dev.muster.control.deviceapi;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The server's identity on the ports of the devices, and whom it believes.
 *
 * @param chain server certificate first, then its issuers
 * @param deviceAuthorities the certificates whose keys sign those of devices; never a root above, which may issue for others
 */
public record DeviceTls(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> deviceAuthorities) {
    public DeviceTls {
        chain = List.copyOf(chain);
        deviceAuthorities = List.copyOf(deviceAuthorities);
    }

    /** Gives the current identity; the feature {@code enrolment} implements it. */
    @FunctionalInterface
    public interface Source {
        /** The identity to serve with now. */
        DeviceTls current();
    }
}
