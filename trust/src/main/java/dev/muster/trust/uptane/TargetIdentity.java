package dev.muster.trust.uptane;

/**
 * What a target is, read by the caller from {@code custom}. Director and image repository must say the same.
 *
 * @param kind decides where its path must lie
 * @param name what it is for on the device, such as {@code image}, {@code app/com.example.pump}, {@code policy}; release
 *     counters are kept per name, and a document has each name at most once
 * @param hardware id of the hardware that it fits
 * @param releaseCounter never goes down for a name; at least 0
 */
public record TargetIdentity(TargetKind kind, String name, String hardware, long releaseCounter) {
    public TargetIdentity {
        if (releaseCounter < 0) {
            throw new IllegalArgumentException("expected a release counter of at least 0, found " + releaseCounter);
        }
    }
}
