package dev.muster.standalone.breakglass;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What whoever uses the break-glass login brings: {@code mbg.<id>.<secret>} with 256 random bits. The server knows its form and
 * its SHA-256.
 *
 * @param text shown once, never stored
 */
record BreakGlassSecret(String id, String text) {
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;

    static BreakGlassSecret random() {
        SecureRandom random = new SecureRandom();
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        String name = HexFormat.of().formatHex(id);
        return new BreakGlassSecret(
                name,
                "mbg." + name + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Keeps the secret out of logs. */
    @Override
    public String toString() {
        return "BreakGlassSecret[" + id + "]";
    }
}
