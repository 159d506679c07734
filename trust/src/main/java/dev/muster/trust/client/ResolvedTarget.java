package dev.muster.trust.client;

import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.TargetFile;
import java.util.Set;

/**
 * A target that a verified role vouches for.
 *
 * @param role who vouches: {@code targets} or a delegated role
 * @param roleKeys the keys that the delegator lists for that role
 */
public record ResolvedTarget(String path, TargetFile file, String role, Set<TrustKey> roleKeys) {
    public ResolvedTarget {
        roleKeys = Set.copyOf(roleKeys);
    }
}
