package dev.muster.trust.evidence;

import dev.muster.trust.TrustException;
import dev.muster.trust.json.Fields;
import dev.muster.trust.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A device's signed manifest with the certificates that say whose key signed it. */
final class DeviceProof {
    private static final int URI = 6;

    private final byte[] manifest;
    private final byte[] signature;
    private final List<X509Certificate> chain;
    private final Fields said;

    private DeviceProof(byte[] manifest, byte[] signature, List<X509Certificate> chain) {
        this.manifest = manifest;
        this.signature = signature;
        this.chain = chain;
        this.said = Fields.of("manifest", StrictJson.object("manifest", manifest));
    }

    static DeviceProof parse(String envelope, String pem) {
        Fields fields = Fields.of(
                "signed manifest", StrictJson.object("signed manifest", envelope.getBytes(StandardCharsets.UTF_8)));
        try {
            Collection<? extends java.security.cert.Certificate> certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
            List<X509Certificate> chain =
                    certificates.stream().map(X509Certificate.class::cast).toList();
            if (chain.size() < 2) {
                throw new TrustException.Malformed(
                        "certificates", "a device's certificate and its issuers expected, found " + chain.size());
            }
            return new DeviceProof(
                    Base64.getDecoder().decode(fields.string("manifest")),
                    Base64.getDecoder().decode(fields.string("signature")),
                    chain);
        } catch (CertificateException e) {
            throw new TrustException.Malformed("certificates", "expected X.509 in PEM", e);
        } catch (IllegalArgumentException e) {
            throw new TrustException.Malformed("signed manifest", "expected base64", e);
        }
    }

    boolean isSigned() {
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(chain.getFirst().getPublicKey());
            verifier.update(manifest);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Each certificate is signed by the next, which may sign certificates; the last signs itself. */
    boolean isChained() {
        try {
            for (int i = 0; i < chain.size(); i++) {
                X509Certificate issuer = chain.get(Math.min(i + 1, chain.size() - 1));
                if (issuer.getBasicConstraints() < 0
                        || !chain.get(i).getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
                    return false;
                }
                chain.get(i).verify(issuer.getPublicKey());
            }
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    String chainText() {
        try {
            return "from the device to the root with fingerprint sha256:"
                    + EvidenceVerifier.sha256(chain.getLast().getEncoded());
        } catch (CertificateException e) {
            return "from the device to a root that cannot be read";
        }
    }

    /** {@code tenant/device} as the manifest says. */
    String device() {
        return said.string("device");
    }

    /** Whether the certificate was issued to this {@code tenant/device}. */
    boolean certifies(String device) {
        try {
            Collection<List<?>> names = chain.getFirst().getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .anyMatch(name -> Integer.valueOf(URI).equals(name.get(0))
                                    && ("muster://" + device).equals(name.get(1)));
        } catch (CertificateException e) {
            return false;
        }
    }

    /** The bundle that the device said is in force. */
    Optional<String> policySha256() {
        return said.has("permissions") ? said.object("permissions").optionalString("policySha256") : Optional.empty();
    }
}
