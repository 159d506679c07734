package dev.muster.trust.client;

/**
 * Bounds of one refresh (specification 5.3.3, 5.4.1, 5.5.1, 5.6.1, 5.6.7.1): what an attacker can make a device do.
 *
 * @param maxRootRotations most new root files in one refresh
 * @param maxDelegations most delegated roles looked at for one target
 * @param rootLength most bytes of a root file
 * @param timestampLength most bytes of a timestamp file
 * @param snapshotLength most bytes of a snapshot file whose length is not signed
 * @param targetsLength most bytes of a targets file whose length is not signed
 */
public record Limits(
        int maxRootRotations,
        int maxDelegations,
        long rootLength,
        long timestampLength,
        long snapshotLength,
        long targetsLength) {
    /** Generous for people, small for a device. */
    public static final Limits DEFAULT = new Limits(256, 32, 512_000, 16_384, 2_000_000, 5_000_000);
}
