package dev.muster.agent.enrol;

import dev.muster.agent.identity.Pem;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;

/** PKCS#10 (RFC 2986) for one EC key, with the JDK alone. */
final class CertificationRequest {
    private static final int[] COMMON_NAME = {2, 5, 4, 3};
    private static final int[] ECDSA_WITH_SHA256 = {1, 2, 840, 10045, 4, 3, 2};
    private static final int ATTRIBUTES = 0xA0;

    private CertificationRequest() {}

    /** A request in PEM, signed by the key it asks a certificate for; the server ignores the subject. */
    static String pem(String commonName, KeyPair pair) throws GeneralSecurityException {
        byte[] subject = Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(commonName))));
        byte[] info = Der.sequence(
                Der.integer(0), subject, pair.getPublic().getEncoded(), Der.tagged(ATTRIBUTES, new byte[0]));
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(info);
        byte[] request = Der.sequence(info, Der.sequence(Der.oid(ECDSA_WITH_SHA256)), Der.bits(signer.sign()));
        return Pem.encode("CERTIFICATE REQUEST", request);
    }
}
