package dev.muster.control.bundles;

import dev.muster.protocol.bundle.BundleIndex;
import java.util.Map;

/**
 * A bundle before its bytes are written.
 *
 * @param metadata by entry
 * @param targets length of each content, by hash
 */
record BundlePlan(BundleIndex index, Map<String, byte[]> metadata, Map<String, Long> targets) {}
