package dev.muster.policy.bundle;

import dev.muster.policy.lease.Lease;
import java.util.regex.Pattern;

/**
 * What verified, signed metadata says about a bundle. Only the trust workflow makes one.
 *
 * @param length in bytes
 * @param sha256 lower-case hex
 * @param lease how long the bundle holds
 */
public record VerifiedTarget(long length, String sha256, Lease lease) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    public VerifiedTarget {
        if (length < 0) {
            throw new IllegalArgumentException("target length of 0 or more expected, found " + length);
        }
        if (!HEX.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "target sha256 of 64 lower-case hex digits expected, found `" + sha256 + "`");
        }
    }
}
