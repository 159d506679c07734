package dev.muster.policy.bundle;

import dev.muster.policy.lease.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Verified targets for bundles in tests. */
public final class BundleTargets {
    private BundleTargets() {}

    public static VerifiedTarget target(byte[] bytes, Lease lease) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new VerifiedTarget(bytes.length, HexFormat.of().formatHex(digest), lease);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes a bundle and puts it in force. */
    public static void put(PolicyInForce policy, Path directory, byte[] bytes, Lease lease) throws IOException {
        Path file = Files.write(directory.resolve("bundle"), bytes);
        policy.replace(file, target(bytes, lease));
    }
}
