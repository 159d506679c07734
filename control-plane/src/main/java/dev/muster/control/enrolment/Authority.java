package dev.muster.control.enrolment;

import dev.muster.control.enrolment.Certificates.Signer;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who issued, issues or will issue certificates: an issuing key, and the certificates from it to a root.
 *
 * @param id in the order in which they came: {@code 1}, {@code 2} ...
 * @param signer its key with its certificate; empty once it is retired
 * @param chain its own certificate first, the root last
 * @param issuesFrom when it begins; the newest that began is the one that issues
 * @param ownRoot whether the key of its root lies on this server
 */
record Authority(String id, Optional<Signer> signer, List<X509Certificate> chain, Instant issuesFrom, boolean ownRoot) {
    Authority {
        chain = List.copyOf(chain);
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    X509Certificate root() {
        return chain.getLast();
    }

    boolean retired() {
        return signer.isEmpty();
    }

    Instant ends() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }
}
