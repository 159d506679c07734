package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The certificates whose owners are known as vendors; none by default. Immutable and thread-safe. */
public final class KnownRoots {
    private final List<X509Certificate> anchors;

    public KnownRoots(List<X509Certificate> anchors) {
        this.anchors = List.copyOf(anchors);
    }

    /** Reads PEM files, each with any number of certificates. */
    public static KnownRoots read(List<Path> files) throws IOException {
        List<X509Certificate> anchors = new ArrayList<>();
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                for (Certificate certificate :
                        CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    anchors.add((X509Certificate) certificate);
                }
            } catch (CertificateException e) {
                throw new IOException("`" + file + "`: expected certificates in PEM, found something else", e);
            }
        }
        return new KnownRoots(anchors);
    }

    /**
     * The certificates in {@code bytes}, PEM or DER.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static List<X509Certificate> parse(byte[] bytes) {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))) {
                certificates.add((X509Certificate) certificate);
            }
            return List.copyOf(certificates);
        } catch (CertificateException e) {
            throw new IllegalArgumentException("expected certificates in PEM, found something else", e);
        }
    }

    /** Of the certificate as it is written in DER, lower-case hex. */
    public static String sha256(X509Certificate certificate) {
        return SignatureReader.sha256(certificate);
    }

    public List<X509Certificate> anchors() {
        return anchors;
    }

    /**
     * The known root of a chain; empty where it leads to nobody known but is sound in itself.
     *
     * @param chain signer first
     * @param at when every certificate of it has to be valid
     * @throws PackageRefused with {@code code} where a link is broken
     */
    public Optional<X509Certificate> rootOf(List<X509Certificate> chain, Instant at, Code code, String what) {
        for (X509Certificate anchor : anchors) {
            int inside = chain.indexOf(anchor);
            if (inside >= 0) {
                validate(chain.subList(0, inside), anchor, at, code, what);
                return Optional.of(anchor);
            }
            if (SignedMessage.isIssuer(anchor, chain.getLast())) {
                validate(chain, anchor, at, code, what);
                return Optional.of(anchor);
            }
        }
        validate(chain.subList(0, chain.size() - 1), chain.getLast(), at, code, what);
        return Optional.empty();
    }

    private static void validate(
            List<X509Certificate> path, X509Certificate anchor, Instant at, Code code, String what) {
        try {
            // PKIX takes an anchor as given, whatever its dates say.
            anchor.checkValidity(Date.from(at));
            if (path.isEmpty()) {
                return;
            }
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
            // Packages carry no revocation that could be asked offline; what a vendor takes back is for policy to say.
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (GeneralSecurityException e) {
            throw new PackageRefused(
                    code,
                    what + ": the certificates from `" + name(path.isEmpty() ? anchor : path.getFirst())
                            + "` up are no valid chain: " + e.getMessage(),
                    e);
        }
    }

    /** The name by which people know a certificate's owner. */
    public static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }
}
