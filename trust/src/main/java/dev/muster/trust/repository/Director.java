package dev.muster.trust.repository;

import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.metadata.TargetFile;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * The director of one tenant: signs what each device must be. Holds keys and the root file, no state of any device.
 */
// Signatures first; the bodies follow.
@SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"})
public final class Director {
    private Director() {}

    /** A director with a new root, version 1. */
    public static Director create(KeyRing keys, Validity validity, Instant now) {
        throw new UnsupportedOperationException();
    }

    /** A director with the newest root file that was stored. */
    public static Director of(byte[] root, KeyRing keys) {
        throw new UnsupportedOperationException();
    }

    /** The root file, which devices get at enrolment and fetch as {@code <version>.root.json}. */
    public byte[] root() {
        throw new UnsupportedOperationException();
    }

    /**
     * Signs one device's document.
     *
     * @param version one more than the last one signed for this device
     * @param targets by path in the image repository
     * @param custom must name the device
     */
    public DirectorDocument sign(
            long version, Map<String, TargetFile> targets, Map<String, ?> custom, Instant now, Duration validity) {
        throw new UnsupportedOperationException();
    }
}
