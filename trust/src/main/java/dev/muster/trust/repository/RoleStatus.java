package dev.muster.trust.repository;

import dev.muster.trust.metadata.Metadata;
import dev.muster.trust.metadata.RoleKeys;
import java.time.Instant;
import java.util.List;

/**
 * What people want to know about a role.
 *
 * @param keys ids of the keys that may sign it
 */
public record RoleStatus(String role, long version, Instant expires, int threshold, List<String> keys) {
    static RoleStatus of(String role, Metadata metadata, RoleKeys roleKeys) {
        return new RoleStatus(role, metadata.version(), metadata.expires(), roleKeys.threshold(), roleKeys.keyIds());
    }
}
