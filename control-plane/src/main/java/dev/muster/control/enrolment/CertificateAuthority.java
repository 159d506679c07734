package dev.muster.control.enrolment;

import dev.muster.control.config.DataDirectory;
import dev.muster.control.enrolment.Certificates.Signer;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Muster's own authority: a root and the issuing certificate below it, made at the first start in the owner-only
 * directory {@code ca} of the data directory. Thread-safe.
 */
@Singleton
public final class CertificateAuthority {
    private static final Logger LOG = Logger.getLogger(CertificateAuthority.class);

    private final Clock clock;
    private final X509Certificate root;
    private final Signer issuing;

    CertificateAuthority(DataDirectory data, Clock clock) throws IOException, GeneralSecurityException {
        this.clock = clock;
        Path directory = data.directory("ca");
        // Written last, so that its presence means the whole is there.
        if (!Files.exists(directory.resolve("issuing.pem"))) {
            create(directory);
        }
        this.root = Certificates.readCertificate(read(directory, "root.pem"));
        this.issuing = new Signer(
                Certificates.readKey(read(directory, "issuing.key")),
                Certificates.readCertificate(read(directory, "issuing.pem")));
    }

    /** The root every device trusts, and every device certificate chains to. */
    public X509Certificate root() {
        return root;
    }

    /** What people paste to pin the root: {@code sha256:} and 64 hex digits of the certificate in DER. */
    public String fingerprint() throws GeneralSecurityException {
        return "sha256:" + HexFormat.of().formatHex(Sha256.of(root.getEncoded()));
    }

    /** A device's certificate and its issuers, the root last. */
    List<X509Certificate> device(DeviceRef device, PublicKey key, Duration life) throws GeneralSecurityException {
        return chain(Certificates.device(issuing, device, key, clock.instant(), life));
    }

    /** A server's certificate for the hosts and its issuers, the root last: a device that pins the root needs it. */
    List<X509Certificate> server(PublicKey key, Collection<String> hosts, Duration life)
            throws GeneralSecurityException {
        return chain(Certificates.server(issuing, key, hosts, clock.instant(), life));
    }

    /** The certificate with its issuers, the root last. */
    public List<X509Certificate> chain(X509Certificate leaf) {
        return List.of(leaf, issuing.certificate(), root);
    }

    private void create(Path directory) throws GeneralSecurityException {
        KeyPair rootKey = Certificates.newKey();
        X509Certificate rootCertificate = Certificates.root(rootKey, clock.instant());
        KeyPair issuingKey = Certificates.newKey();
        X509Certificate issuingCertificate = Certificates.issuing(
                new Signer(rootKey.getPrivate(), rootCertificate), issuingKey.getPublic(), clock.instant());
        write(directory, "root.key", Certificates.pem(rootKey.getPrivate()));
        write(directory, "root.pem", Certificates.pem(List.of(rootCertificate)));
        write(directory, "issuing.key", Certificates.pem(issuingKey.getPrivate()));
        write(directory, "issuing.pem", Certificates.pem(List.of(issuingCertificate)));
        LOG.infof("made a certificate authority in `%s`", directory);
    }

    private static void write(Path directory, String name, String text) {
        DataDirectory.writeSecret(directory.resolve(name), text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Path directory, String name) throws IOException {
        return Files.readString(directory.resolve(name), StandardCharsets.US_ASCII);
    }
}
