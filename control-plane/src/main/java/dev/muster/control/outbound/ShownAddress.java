package dev.muster.control.outbound;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** An address for people who need not know all of it: path and query may hold a secret of the receiver's. */
public final class ShownAddress {
    private static final int DIGITS = 8;

    private ShownAddress() {}

    /**
     * Scheme, host and port; for the rest the first digits of the SHA-256 of the whole, so that two that differ look different.
     * Such as {@code https://chat.example.org/... (sha256 1f0a3b77)}.
     */
    public static String of(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            return "no address";
        }
        String origin = uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return (path.isEmpty() || path.equals("/")) && uri.getRawQuery() == null
                ? origin
                : origin + "/... (sha256 " + fingerprint(url) + ")";
    }

    private static String fingerprint(String url) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(url.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
