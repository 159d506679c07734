package dev.muster.control.enrolment;

import dev.muster.control.enrolment.Certificates.Signer;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.identity.DeviceRef;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;

/** Decides whether what a company's root answered to a request can issue for us. Pure. */
final class AuthorityChain {
    private static final int MAX_LENGTH = 64 * 1024;
    private static final int MOST = 6;

    private AuthorityChain() {}

    /**
     * The certificates from ours to the root; a problem that says what is wrong with them. They are tried by issuing a
     * device's certificate, whose path must be valid: so what a company root does not allow is found here, not by devices.
     *
     * @param life of the certificates it is to issue
     */
    static List<X509Certificate> checked(String pem, PrivateKey requested, Instant now, Duration life) {
        if (pem.length() > MAX_LENGTH) {
            throw invalid("at most " + MAX_LENGTH + " characters", Integer.toString(pem.length()));
        }
        try {
            List<X509Certificate> chain = Certificates.readCertificates(pem);
            if (chain.size() < 2 || chain.size() > MOST) {
                throw invalid("2 to " + MOST + " certificates, ours first and the root last", chain.size() + "");
            }
            X509Certificate own = chain.getFirst();
            X509Certificate root = chain.getLast();
            if (!fit(requested, own.getPublicKey())) {
                throw invalid(
                        "its first certificate for the key of the last `muster ca request`",
                        "one for another key, `" + own.getSubjectX500Principal() + "`");
            }
            requireRoot(root, now);
            for (int i = 0; i < chain.size(); i++) {
                X509Certificate certificate = chain.get(i);
                if (certificate.getBasicConstraints() < i) {
                    throw invalid(
                            "`" + certificate.getSubjectX500Principal() + "` to be an authority with " + i
                                    + " others below it",
                            certificate.getBasicConstraints() < 0
                                    ? "that it is none"
                                    : "that it allows " + certificate.getBasicConstraints());
                }
                Instant end = certificate.getNotAfter().toInstant();
                if (end.isBefore(now.plus(life))) {
                    throw invalid(
                            "`" + certificate.getSubjectX500Principal() + "` to outlive a device's certificate of "
                                    + life.toDays() + " days",
                            "that it ends at " + end);
                }
            }
            tryOut(new Signer(requested, own), chain, now, life);
            return chain;
        } catch (GeneralSecurityException e) {
            throw invalid("certificates in PEM that form a valid path", String.valueOf(e.getMessage()));
        }
    }

    private static void requireRoot(X509Certificate root, Instant now) throws GeneralSecurityException {
        if (!root.getSubjectX500Principal().equals(root.getIssuerX500Principal())) {
            throw invalid(
                    "a root, which issued itself, as the last certificate",
                    "`" + root.getSubjectX500Principal() + "`, issued by `" + root.getIssuerX500Principal() + "`");
        }
        root.verify(root.getPublicKey());
        root.checkValidity(Date.from(now));
    }

    private static void tryOut(Signer signer, List<X509Certificate> chain, Instant now, Duration life)
            throws GeneralSecurityException {
        KeyPair trial = Certificates.newKey();
        List<X509Certificate> path = new ArrayList<>(chain.subList(0, chain.size() - 1));
        path.addFirst(Certificates.device(signer, DeviceRef.of("default", "trial"), trial.getPublic(), now, life));
        CertPath tried = CertificateFactory.getInstance("X.509").generateCertPath(path);
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(chain.getLast(), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        CertPathValidator.getInstance("PKIX").validate(tried, parameters);
    }

    private static boolean fit(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
        if (!open.getAlgorithm().equals("EC")) {
            return false;
        }
        byte[] words = "muster".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Signature signing = Signature.getInstance("SHA256withECDSA");
        signing.initSign(secret);
        signing.update(words);
        byte[] signature = signing.sign();
        Signature checking = Signature.getInstance("SHA256withECDSA");
        checking.initVerify(open);
        checking.update(words);
        return checking.verify(signature);
    }

    private static ProblemException invalid(String expected, String found) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, "`chain`: expected " + expected + ", found " + found);
    }
}
