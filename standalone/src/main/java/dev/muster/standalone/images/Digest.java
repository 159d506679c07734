package dev.muster.standalone.images;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in the form {@code sha256:HEX}, by which the OCI names contents. */
final class Digest {
    static final String PREFIX = "sha256:";

    private Digest() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static String of(byte[] content) {
        return of(sha256().digest(content), PREFIX);
    }

    static String of(MessageDigest finished) {
        return of(finished.digest(), PREFIX);
    }

    static String of(byte[] hash, String prefix) {
        return prefix + HexFormat.of().formatHex(hash);
    }
}
