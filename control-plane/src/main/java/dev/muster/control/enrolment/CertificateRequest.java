package dev.muster.control.enrolment;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** The key of a PKCS#10 request whose sender proved to hold it. Everything else in the request is ignored. */
final class CertificateRequest {
    private static final int MAX_LENGTH = 8_192;

    private CertificateRequest() {}

    /** The key; a problem {@code csr-invalid} unless it is EC P-256 and signed the request. */
    static PublicKey verifiedKey(String pem) {
        if (pem.length() > MAX_LENGTH) {
            throw invalid("at most " + MAX_LENGTH + " characters");
        }
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest request)) {
                throw invalid("a PKCS#10 request in PEM");
            }
            var algorithm = request.getSubjectPublicKeyInfo().getAlgorithm();
            if (!X9ObjectIdentifiers.id_ecPublicKey.equals(algorithm.getAlgorithm())
                    || !(algorithm.getParameters() instanceof ASN1ObjectIdentifier curve)
                    || !SECObjectIdentifiers.secp256r1.equals(curve)) {
                throw invalid("a key on the curve P-256");
            }
            if (!request.isSignatureValid(
                    new JcaContentVerifierProviderBuilder().build(request.getSubjectPublicKeyInfo()))) {
                throw invalid("a signature by the request's own key");
            }
            return new JcaPKCS10CertificationRequest(request).getPublicKey();
        } catch (IOException
                | OperatorCreationException
                | PKCSException
                | GeneralSecurityException
                | IllegalArgumentException
                | ClassCastException e) {
            throw invalid("a readable PKCS#10 request in PEM");
        }
    }

    /** What tells keys apart in the database. */
    static byte[] fingerprint(PublicKey key) {
        return Sha256.of(key.getEncoded());
    }

    private static ProblemException invalid(String expected) {
        return new ProblemException(ProblemCode.CSR_INVALID, "expected `csr` to be " + expected);
    }
}
