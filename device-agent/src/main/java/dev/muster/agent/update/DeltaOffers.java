package dev.muster.agent.update;

import java.util.Optional;

/** Which deltas there are for a target, as verified metadata says. */
@FunctionalInterface
public interface DeltaOffers {
    /** None at all. */
    DeltaOffers NONE = (target, baseSha256) -> Optional.empty();

    /**
     * A delta and the manifest of the target's segments. Both are found by their digests; what comes out must be what the target's
     * publisher signed for, whatever they say.
     */
    record Offer(String sha256, long length, String manifestSha256, long manifestLength) {
        /** All that a device fetches for it. */
        public long bytes() {
            return length + manifestLength;
        }
    }

    /** What brings a device that runs {@code baseSha256} to the target; empty if there is nothing, or it is not known now. */
    Optional<Offer> offer(DesiredTarget target, String baseSha256);

    /** The target as chunks: an index, and a store of which parts are fetched. Trusted as little as a delta. */
    record Chunks(String indexSha256, long indexLength, String storeSha256, long storeLength) {}

    /** The target's chunks, for a device that runs whatever it runs; empty if there are none, or it is not known now. */
    default Optional<Chunks> chunks(DesiredTarget target) {
        return Optional.empty();
    }
}
