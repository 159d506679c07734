package dev.muster.policy.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Loads a bundle that verified metadata vouches for. The file is read once into memory, hashed there, and answered from
 * there: whoever changes the file afterwards changes nothing in force.
 */
public final class BundleLoader {
    /** A bundle above this many bytes is refused before it is read. */
    public static final int MAX_LENGTH = 64 << 20;

    private BundleLoader() {}

    /**
     * Reads, checks length and SHA-256, then opens.
     *
     * @throws BundleException when the file is not the one that was verified, or is no sound bundle
     */
    public static Bundle load(Path path, VerifiedTarget target) {
        try (InputStream in = Files.newInputStream(path)) {
            if (target.length() > MAX_LENGTH) {
                throw new BundleException("bundle `" + path.getFileName() + "`: at most " + MAX_LENGTH
                        + " bytes expected, found " + target.length());
            }
            // One byte more than promised, so that a longer file is seen without reading all of it.
            byte[] bytes = in.readNBytes((int) target.length() + 1);
            return open(bytes, target);
        } catch (IOException e) {
            throw new BundleException("bundle `" + path.getFileName() + "` cannot be read: " + e.getMessage(), e);
        }
    }

    /** The same for bytes in memory, which must not change afterwards. */
    public static Bundle open(byte[] bytes, VerifiedTarget target) {
        if (bytes.length != target.length()) {
            throw new BundleException("bundle: " + target.length() + " bytes expected by verified metadata, found "
                    + (bytes.length > target.length() ? "more" : bytes.length));
        }
        String found = sha256(bytes);
        if (!found.equals(target.sha256())) {
            throw new BundleException(
                    "bundle: sha256 " + target.sha256() + " expected by verified metadata, found " + found);
        }
        return Bundle.open(ByteBuffer.wrap(bytes));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
