package dev.muster.trust.uptane;

import dev.muster.trust.metadata.TargetFile;

/**
 * One thing that the device must have, verified in both repositories.
 *
 * @param path in both repositories
 * @param file length and digests of the bytes, and the director's {@code custom}
 * @param role of the image repository that vouches for the bytes
 */
public record VerifiedTarget(String path, TargetFile file, TargetIdentity identity, String role) {}
