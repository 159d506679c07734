package dev.muster.protocol.enrol;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;

/** PKCS#10 (RFC 2986) for one EC key, with the JDK alone. */
public final class CertificationRequest {
    private static final int[] COMMON_NAME = {2, 5, 4, 3};
    private static final int[] ECDSA_WITH_SHA256 = {1, 2, 840, 10045, 4, 3, 2};
    private static final int ATTRIBUTES = 0xA0;
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private CertificationRequest() {}

    /** A request in PEM, signed by the key it asks a certificate for; the server ignores the subject. */
    public static String pem(String commonName, KeyPair pair) throws GeneralSecurityException {
        byte[] subject = Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(commonName))));
        byte[] info = Der.sequence(
                Der.integer(0), subject, pair.getPublic().getEncoded(), Der.tagged(ATTRIBUTES, new byte[0]));
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(info);
        byte[] request = Der.sequence(info, Der.sequence(Der.oid(ECDSA_WITH_SHA256)), Der.bits(signer.sign()));
        return "-----BEGIN CERTIFICATE REQUEST-----\n" + LINES.encodeToString(request)
                + "\n-----END CERTIFICATE REQUEST-----\n";
    }
}
