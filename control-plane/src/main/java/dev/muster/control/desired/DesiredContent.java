package dev.muster.control.desired;

import java.time.Duration;
import java.util.Optional;

/** What a target name must be on a device. */
public sealed interface DesiredContent {
    /**
     * These bytes.
     *
     * @param sha256 lower-case hex
     * @param path in the tenant's image repository
     * @param length in bytes
     * @param version for people
     * @param hardware the bytes fit, or {@code *}
     * @param lease policy only
     * @param onExpiry policy only
     */
    record Present(
            String sha256,
            String path,
            long length,
            String version,
            String hardware,
            long releaseCounter,
            Optional<Duration> lease,
            Optional<String> onExpiry)
            implements DesiredContent {}

    /** Nothing: what is there is to be removed. */
    record Absent() implements DesiredContent {}
}
