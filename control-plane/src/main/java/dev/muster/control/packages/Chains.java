package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The certificates that came with a signature which held: enough to judge again whose it is, without the package.
 *
 * @param links one for the package, and one for its profile where it has one; empty where none came along
 */
public record Chains(List<Link> links) {
    /** Nothing came along, or it was read before this was kept. */
    public static final Chains NONE = new Chains(List.of());

    public Chains {
        links = List.copyOf(links);
    }

    /**
     * One chain.
     *
     * @param at when all of it had to be valid
     * @param certificates base64 of DER, signer first
     */
    public record Link(Instant at, List<String> certificates) {
        public Link {
            certificates = List.copyOf(certificates);
        }

        /** What came with a message. */
        public static Link of(SignedMessage message, Instant at) {
            List<String> certificates = new ArrayList<>();
            for (X509Certificate certificate : message.chain()) {
                try {
                    certificates.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
                } catch (CertificateEncodingException e) {
                    throw new IllegalStateException("a certificate that was decoded can be encoded", e);
                }
            }
            return new Link(at, certificates);
        }

        private List<X509Certificate> decoded() {
            return certificates.stream()
                    .flatMap(base64 -> KnownRoots.parse(Base64.getDecoder().decode(base64)).stream())
                    .toList();
        }
    }

    /** Subject of the last certificate that came with the package. */
    String last() {
        return KnownRoots.name(links.getFirst().decoded().getLast());
    }

    /** The known root of the first chain, if each of them leads to a known one. */
    Optional<X509Certificate> root(KnownRoots roots) {
        Optional<X509Certificate> first = Optional.empty();
        for (Link link : links) {
            Optional<X509Certificate> root;
            try {
                root = roots.rootOf(link.decoded(), link.at(), Code.SIGNATURE_INVALID, "signature");
            } catch (PackageRefused e) {
                // Under an anchor that came later the chain may be none; then nobody known stands behind it.
                return Optional.empty();
            }
            if (root.isEmpty()) {
                return Optional.empty();
            }
            first = first.or(() -> root);
        }
        return first;
    }
}
