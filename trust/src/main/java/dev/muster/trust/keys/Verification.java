package dev.muster.trust.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Checks one signature: Ed25519, ECDSA over P-256 or P-384, RSA-PSS (specification section 4.2). Whatever is not
 * understood, in key or signature, is a signature that does not verify.
 */
public final class Verification {
    private static final byte[] ED25519_HEADER = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int MIN_RSA_BITS = 2048;

    private Verification() {}

    /** Whether {@code key} made {@code signature} over {@code message}. Never throws for bad input. */
    public static boolean verifies(TrustKey key, byte[] message, byte[] signature) {
        try {
            return switch (key.scheme()) {
                case "ed25519" -> key.keyType().equals("ed25519") && check("Ed25519", ed25519(key), message, signature);
                case "ecdsa-sha2-nistp256" -> isEc(key) && ecdsa(key, 256, "SHA256withECDSA", message, signature);
                case "ecdsa-sha2-nistp384" -> isEc(key) && ecdsa(key, 384, "SHA384withECDSA", message, signature);
                case "rsassa-pss-sha256" -> key.keyType().equals("rsa") && rsaPss(key, message, signature);
                default -> false;
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether {@code key} can be read and is of a kind that verifies at all; of one that cannot, nobody may depend. */
    public static boolean isUsable(TrustKey key) {
        try {
            return switch (key.scheme()) {
                case "ed25519" -> key.keyType().equals("ed25519") && ed25519(key) != null;
                case "ecdsa-sha2-nistp256" -> isEc(key) && isOnCurve(key, 256);
                case "ecdsa-sha2-nistp384" -> isEc(key) && isOnCurve(key, 384);
                case "rsassa-pss-sha256" ->
                    key.keyType().equals("rsa")
                            && pem("RSA", key) instanceof RSAPublicKey rsa
                            && rsa.getModulus().bitLength() >= MIN_RSA_BITS;
                default -> false;
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isOnCurve(TrustKey key, int bits) throws GeneralSecurityException {
        return pem("EC", key) instanceof ECPublicKey ec
                && ec.getParams().getOrder().bitLength() == bits;
    }

    // The key type was renamed from the curve's name to `ecdsa`; both are in use (specification 1.0.27).
    private static boolean isEc(TrustKey key) {
        return key.keyType().equals("ecdsa") || key.keyType().equals(key.scheme());
    }

    private static boolean ecdsa(TrustKey key, int bits, String algorithm, byte[] message, byte[] signature)
            throws GeneralSecurityException {
        PublicKey publicKey = pem("EC", key);
        return publicKey instanceof ECPublicKey ec
                && ec.getParams().getOrder().bitLength() == bits
                && check(algorithm, publicKey, message, signature);
    }

    private static boolean rsaPss(TrustKey key, byte[] message, byte[] signature) throws GeneralSecurityException {
        PublicKey publicKey = pem("RSA", key);
        if (!(publicKey instanceof RSAPublicKey rsa) || rsa.getModulus().bitLength() < MIN_RSA_BITS) {
            return false;
        }
        Signature verifier = Signature.getInstance("RSASSA-PSS");
        verifier.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        verifier.initVerify(publicKey);
        verifier.update(message);
        return verifier.verify(signature);
    }

    private static boolean check(String algorithm, PublicKey key, byte[] message, byte[] signature)
            throws GeneralSecurityException {
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key);
        verifier.update(message);
        return verifier.verify(signature);
    }

    private static PublicKey ed25519(TrustKey key) throws GeneralSecurityException {
        byte[] raw = HexFormat.of().parseHex(key.publicKey());
        if (raw.length != 32) {
            throw new IllegalArgumentException("an Ed25519 key has 32 bytes");
        }
        byte[] encoded = new byte[ED25519_HEADER.length + raw.length];
        System.arraycopy(ED25519_HEADER, 0, encoded, 0, ED25519_HEADER.length);
        System.arraycopy(raw, 0, encoded, ED25519_HEADER.length, raw.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static PublicKey pem(String algorithm, TrustKey key) throws GeneralSecurityException {
        String body = key.publicKey().replace("-----BEGIN PUBLIC KEY-----", "").replace("-----END PUBLIC KEY-----", "");
        byte[] encoded = Base64.getMimeDecoder().decode(body.getBytes(StandardCharsets.US_ASCII));
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
    }
}
