package dev.muster.control.factory;

import dev.muster.control.factory.FactoryAnchor.SerialFrom;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.jspecify.annotations.Nullable;

/** A certificate that a maker gave a device, with its issuers as the device showed them. Pure. */
final class FactoryCertificate {
    private static final int MAX_LENGTH = 32 * 1024;
    private static final int MOST = 6;
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int WEAKEST_RSA = 2_048;
    private static final int WEAKEST_EC = 256;

    private final List<X509Certificate> chain;

    private FactoryCertificate(List<X509Certificate> chain) {
        this.chain = chain;
    }

    /** Reads what a device showed. */
    static FactoryCertificate parse(String pem) throws GeneralSecurityException {
        if (pem.length() > MAX_LENGTH) {
            throw new CertificateException("expected at most " + MAX_LENGTH + " characters");
        }
        List<X509Certificate> chain = certificates(pem);
        if (chain.isEmpty() || chain.size() > MOST) {
            throw new CertificateException("expected 1 to " + MOST + " certificates, found " + chain.size());
        }
        return new FactoryCertificate(chain);
    }

    /** Certificates in PEM. */
    static List<X509Certificate> certificates(String pem) throws CertificateException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    X509Certificate leaf() {
        return chain.getFirst();
    }

    /** The serial number of the certificate, in hex. */
    String number() {
        return leaf().getSerialNumber().toString(16);
    }

    /** The key, which tells devices of a maker apart also where it renews their certificates. */
    PublicKey key() {
        return leaf().getPublicKey();
    }

    /**
     * Nothing if the maker's authority vouches for it now; an exception that says why not.
     *
     * @param anchor may be a root or an authority below one; what stands above it is not looked at
     */
    void requireFrom(X509Certificate anchor, Instant now) throws GeneralSecurityException {
        anchor.checkValidity(Date.from(now));
        if (leaf().getBasicConstraints() >= 0) {
            throw new CertificateException("expected a device's certificate, found an authority's");
        }
        boolean @Nullable [] usage = leaf().getKeyUsage();
        if (usage != null && !usage[0]) {
            throw new CertificateException("expected a certificate whose key may sign, found one that may not");
        }
        requireStrong(key());
        List<X509Certificate> path = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            if (certificate.equals(anchor)) {
                break;
            }
            path.add(certificate);
        }
        // PKIX leaves the anchor's own bound aside (RFC 5280, 6.1): a maker that limited its root means it.
        if (path.size() - 1 > anchor.getBasicConstraints()) {
            throw new CertificateException("expected at most " + anchor.getBasicConstraints()
                    + " authorities below the anchor, found " + (path.size() - 1));
        }
        CertPath shown = CertificateFactory.getInstance("X.509").generateCertPath(path);
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        CertPathValidator.getInstance("PKIX").validate(shown, parameters);
    }

    /** Whether its key signed the text. */
    boolean signed(byte[] text, byte[] signature) {
        try {
            Signature check = Signature.getInstance(
                    switch (key().getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        case "EdDSA", "Ed25519" -> "Ed25519";
                        default -> throw new GeneralSecurityException("no key of a kind that signs here");
                    });
            check.initVerify(key());
            check.update(text);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The serial number of the device, where the maker says that it stands. */
    Optional<String> serial(SerialFrom from) throws CertificateException {
        return switch (from) {
            case CN -> subject(BCStyle.CN);
            case SERIAL_NUMBER -> subject(BCStyle.SERIALNUMBER);
            case SAN_DNS -> name(DNS);
            case SAN_URI -> name(URI).map(uri -> uri.substring(uri.lastIndexOf('/') + 1));
        };
    }

    private Optional<String> subject(org.bouncycastle.asn1.ASN1ObjectIdentifier attribute) {
        RDN[] found = X500Name.getInstance(leaf().getSubjectX500Principal().getEncoded())
                .getRDNs(attribute);
        // Two would leave it to the order which one counts.
        return found.length == 1
                ? Optional.of(IETFUtils.valueToString(found[0].getFirst().getValue()))
                : Optional.empty();
    }

    private Optional<String> name(int kind) throws CertificateException {
        Collection<List<?>> names = leaf().getSubjectAlternativeNames();
        List<String> found = names == null
                ? List.of()
                : names.stream()
                        .filter(name -> Integer.valueOf(kind).equals(name.get(0)))
                        .map(name -> String.valueOf(name.get(1)))
                        .toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    private static void requireStrong(PublicKey key) throws CertificateException {
        boolean strong =
                switch (key) {
                    case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= WEAKEST_RSA;
                    case ECPublicKey ec -> ec.getParams().getOrder().bitLength() >= WEAKEST_EC;
                    default ->
                        key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals("Ed25519");
                };
        if (!strong) {
            throw new CertificateException(
                    "expected a key of RSA 2048, P-256 or Ed25519 at least, found " + key.getAlgorithm());
        }
    }
}
