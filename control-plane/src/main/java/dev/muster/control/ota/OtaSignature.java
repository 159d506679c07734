package dev.muster.control.ota;

import dev.muster.control.packages.PackageRefused;
import dev.muster.control.packages.PackageRefused.Code;
import dev.muster.control.packages.SignedMessage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HexFormat;

/** Signatures as the packaging tools of OTA packages make them. Pure. */
final class OtaSignature {
    /** DER of {@code DigestInfo} up to the digest, for SHA-256 (RFC 8017, section 9.2, note 1). */
    private static final byte[] SHA256_DIGEST_INFO = HexFormat.of().parseHex("3031300d060960864801650304020105000420");

    private OtaSignature() {}

    /** The SHA-256 digest that a whole-file message vouches for; {@link PackageRefused} where its signature does not hold. */
    static byte[] digest(SignedMessage message) {
        ByteBuffer content = ByteBuffer.wrap(message.content()).order(ByteOrder.LITTLE_ENDIAN);
        if (content.limit() != OtaFormat.DIGEST_BLOCK_BYTES
                || Short.toUnsignedInt(content.getShort()) != OtaFormat.DIGEST_BLOCK_SHA256
                || Short.toUnsignedInt(content.getShort()) != OtaFormat.SHA256_BYTES) {
            throw new PackageRefused(
                    Code.OTA_SIGNATURE_INVALID,
                    "whole-file signature: expected a SHA-256 digest as content, found other bytes");
        }
        byte[] digest = new byte[OtaFormat.SHA256_BYTES];
        content.get(digest);
        boolean asToolsDo = !message.hasSignedAttributes()
                && holds(message.signer().getPublicKey(), digest, message.signature(), false);
        if (!asToolsDo) {
            message.verify(Code.OTA_SIGNATURE_INVALID, "whole-file signature");
        }
        return digest;
    }

    /** Whether {@code signature} stands for {@code digest}, in any of the forms there are. */
    static boolean holds(PublicKey key, byte[] digest, byte[] signature, boolean mini) {
        return switch (key.getAlgorithm()) {
            case "RSA" ->
                verifies("SHA256withRSA", key, digest, signature)
                        || verifies("NONEwithRSA", key, withDigestInfo(digest), signature)
                        || (mini && verifiesPss(key, digest, signature));
            case "EC" -> verifies("SHA256withECDSA", key, digest, signature);
            default -> false;
        };
    }

    private static boolean verifies(String algorithm, PublicKey key, byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean verifiesPss(PublicKey key, byte[] message, byte[] signature) {
        // The tool takes the longest salt that fits: modulus - digest - 2 bytes.
        int salt = signature.length - OtaFormat.SHA256_BYTES - 2;
        if (salt < 0) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance("RSASSA-PSS");
            verifier.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] withDigestInfo(byte[] digest) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(SHA256_DIGEST_INFO);
        bytes.writeBytes(digest);
        return bytes.toByteArray();
    }
}
