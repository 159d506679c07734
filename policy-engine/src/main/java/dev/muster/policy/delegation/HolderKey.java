package dev.muster.policy.delegation;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import java.util.Set;

/**
 * The Ed25519 public key (RFC 8032) of whoever holds a right. Only sound keys: canonically written, and not one of the
 * points of small order, under which everybody's signature is good.
 *
 * @param text 32 bytes in base64url without padding, 43 characters
 */
public record HolderKey(String text) {
    /** Bytes of a key. */
    public static final int BYTES = 32;

    /** Bytes of a signature. */
    public static final int SIGNATURE_BYTES = 64;

    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    /** The y of the eight points whose order divides 8; a point and its mirror image share one. */
    private static final Set<BigInteger> SMALL_ORDER = Set.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            P.subtract(BigInteger.ONE),
            new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16),
            new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16));

    public HolderKey {
        byte[] bytes = decode(text);
        BigInteger y = y(bytes);
        if (y.compareTo(P) >= 0 || SMALL_ORDER.contains(y)) {
            throw new IllegalArgumentException(
                    "a sound Ed25519 public key expected, found `" + text + "`, under which anybody could sign");
        }
    }

    /** From the 32 bytes of RFC 8032. */
    public static HolderKey of(byte[] raw) {
        return new HolderKey(Base64.getUrlEncoder().withoutPadding().encodeToString(raw));
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        return decode(text);
    }

    /** The first characters, for messages. */
    public String brief() {
        return text.substring(0, 8) + "...";
    }

    /** Whether this key's owner signed the message. Never throws for bad input: what is not understood is not signed. */
    boolean verifies(byte[] message, byte[] signature) {
        byte[] bytes = bytes();
        try {
            boolean isOdd = (bytes[BYTES - 1] & 0x80) != 0;
            PublicKey key = KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(isOdd, y(bytes))));
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(message);
            return signature.length == SIGNATURE_BYTES && verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // not a point of the curve, or a signature out of range
        }
    }

    private static BigInteger y(byte[] bytes) {
        byte[] bigEndian = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            bigEndian[i] = bytes[BYTES - 1 - i];
        }
        bigEndian[0] &= 0x7F;
        return new BigInteger(1, bigEndian);
    }

    private static byte[] decode(String text) {
        byte[] bytes = text.length() == 43 ? bytes(text) : new byte[0];
        if (bytes.length != BYTES
                || !Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(bytes)
                        .equals(text)) {
            throw new IllegalArgumentException(
                    "an Ed25519 public key of 43 characters in base64url without padding expected, found "
                            + (text.length() > 100 ? text.length() + " characters" : "`" + text + "`"));
        }
        return bytes;
    }

    private static byte[] bytes(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
